//! The board without a host: on a terminal, in a pipe, and as a page.

use super::terminals::Terminal;
use tests::World;

const MANAGER: [(&str, &str); 1] = [("STAFF_EMAIL", "manager@dewyhotel.com")];

#[tokio::test]
async fn a_pipe_gets_the_hotel_in_plain_text() {
    let world = World::new();
    let ran = world.run_staff(&["board"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for said in [
        "15 Vacant",
        "4 arrivals · 1 departure ·",
        "2 in house",
        "Floor 2",
        "201 Beth Gibbs",
        "203 Out of Service",
        "BK-0003 room 205 Sarah Johnson",
        "299.98 USD",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains('\u{1b}'), "no colours: {}", ran.stdout);
}

#[tokio::test]
async fn a_terminal_gets_colours_unless_it_wants_none() {
    let world = World::new();
    for width in [40, 120] {
        let coloured = drawn(&world, width, &[("TERM", "xterm-256color")]).await;
        assert!(coloured.coloured().contains("\u{1b}[32m"), "Vacant is green: {:?}", coloured.coloured());
        let plain = drawn(&world, width, &[("TERM", "xterm-256color"), ("NO_COLOR", "1")]).await;
        assert!(!plain.coloured().contains("\u{1b}["), "{:?}", plain.coloured());
        for line in plain.printed().lines() {
            assert!(line.trim_end().chars().count() <= width.into(), "at {width}: {line:?}");
        }
    }
}

async fn drawn(world: &World, width: u16, env: &[(&str, &str)]) -> Terminal {
    let env = [&MANAGER, env].concat();
    let mut terminal = Terminal::start(world.command("staff-server", &["board"], &env), width);
    assert_eq!(terminal.end().await, Some(0));
    terminal
}

#[tokio::test]
async fn another_day_is_drawn_too_and_a_wrong_one_is_refused() {
    let world = World::new();
    let ran = world.run_staff(&["board", "--date", &tests::day(7)]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("1 expected in house") && ran.stdout.contains("Jennifer Anderson"),
        "{}",
        ran.stdout
    );
    let ran = world.run_staff(&["board", "--date", "soon"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("date"), "{}", ran.stderr);
}

#[tokio::test]
async fn the_page_has_the_data_inside() {
    let world = World::new();
    let file = world.write("board.html", "");
    let ran = world.run_staff(&["board", "--html", file.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("board.html"), "{}", ran.stdout);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains(r#""guest_name":"Beth Gibbs""#) && page.contains("</html>"), "{page}");
    let ran = world.run_staff(&["board", "--html", "/nowhere/board.html"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("/nowhere/board.html cannot be written"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_call_is_drawn_step_by_step() {
    let world = World::new();
    let ready = ["call", "update_room_status", "room_number=106", "status=Vacant", "idempotency_token=ready"];
    assert_eq!(world.run_staff(&ready).await.code, Some(0));
    let ran = world.run_staff(&["board", "--call", "ready"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("update_room_status: done\n"), "{}", ran.stdout);
    assert!(ran.stdout.lines().any(|line| line.contains(" ms ") && line.ends_with('=')), "{}", ran.stdout);
    let file = world.write("call.html", "");
    let ran = world.run_staff(&["board", "--call", "ready", "--html", file.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains(r#""tool":"update_room_status""#) && page.contains("</html>"), "{page}");
    let ran = world.run_staff(&["board", "--call", "nobody-used-this"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("no call has this token"), "{}", ran.stderr);
}

#[tokio::test]
async fn it_is_the_staffs() {
    let world = World::new();
    let ran = world.run("guest-server", &["board"], &[], "").await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("board is for staff-server"), "{}", ran.stderr);
    let ran = world.run_staff(&["board", "--exclude-tools", "hotel_today"]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
}
