//! One address for several workers: connections, not calls, are handed to them.

use std::io::copy;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Which worker gets a new connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turns {
    /// The next one.
    RoundRobin,
    /// The first that can be reached.
    First,
}

/// Listens, and passes connections on. Its threads end with the program.
pub(crate) fn balance(workers: Vec<SocketAddr>, turns: Turns) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let next = AtomicUsize::new(0);
        for client in listener.incoming().flatten() {
            let from = match turns {
                Turns::RoundRobin => next.fetch_add(1, Ordering::Relaxed),
                Turns::First => 0,
            };
            let reached = (0..workers.len())
                .find_map(|more| TcpStream::connect(workers[(from + more) % workers.len()]).ok());
            if let Some(worker) = reached {
                join(&client, &worker);
            }
        }
    });
    address
}

fn join(client: &TcpStream, worker: &TcpStream) {
    for (from, to) in [(client, worker), (worker, client)] {
        to.set_nodelay(true).expect("a socket");
        let (mut from, mut to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
        thread::spawn(move || {
            let _ = copy(&mut from, &mut to); // it ends when either side does
            let _ = to.shutdown(Shutdown::Both);
            let _ = from.shutdown(Shutdown::Both);
        });
    }
}
