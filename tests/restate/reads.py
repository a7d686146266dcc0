"""Reads while a process is killed: each that was answered must be in the audit trail."""
from scene import Hotel

READ = {"tool": "search_rooms_on_behalf_of_staff", "arguments": {}}
READS = 30


def read_meanwhile(binaries, folder, scene, cluster, victims_of):
    """Reads one after the other while the victims are killed; returns the slowest, and the harm if there is any."""
    hotel = Hotel(binaries, folder, scene, cluster)
    victims = victims_of(hotel)
    front, slowest = 0, 0.0
    for number in range(READS):
        if number == READS // 3:
            for victim in victims:
                victim.kill()
        told = hotel.insist(READ, front)
        if told.is_lost or not told.answer["success"]:
            return slowest, f"read {number}: {told.answer}"
        front, slowest = (front + told.broken) % 2, max(slowest, told.seconds)
    for victim in victims:
        victim.start()
        victim.wait()
    cluster.is_whole()
    shown = hotel.staff("search_tool_calls", {"tool": READ["tool"], "limit": READS + 10})
    hotel.close()
    if not shown["success"] or shown["data"]["count"] < READS:
        return slowest, f"of {READS} reads the trail shows {shown['data']['count'] if shown['success'] else shown}"
    return slowest, None
