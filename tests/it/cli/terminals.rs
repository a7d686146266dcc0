//! A terminal of a test: a program runs on it as under a person's hands.

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal with a program on it.
pub(crate) struct Terminal {
    child: Child,
    hands: File,
    screen: UnboundedReceiver<Vec<u8>>,
    printed: Vec<u8>,
}

impl Terminal {
    /// Starts a program on a terminal of this width.
    pub(crate) fn start(mut command: Command, width: u16) -> Self {
        let hands = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&hands).and_then(|()| unlockpt(&hands)).expect("a terminal of ours");
        let size = Winsize { ws_col: width, ws_row: 40, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&hands, size).expect("a size");
        let name = ptsname(&hands, vec![]).expect("a name");
        let path = std::ffi::OsStr::from_bytes(name.as_bytes());
        let line = || File::options().read(true).write(true).open(path).expect("the other end");
        command.stdin(line()).stdout(line()).stderr(line()).kill_on_drop(true);
        let child = command.spawn().expect("the binary starts");
        drop(command); // it holds the other end, which must close when the program ends
        let hands = File::from(hands);
        let mut eyes = hands.try_clone().expect("a terminal");
        let (seen, screen) = unbounded_channel();
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            // When the program has ended, reading is an error.
            while let Ok(length @ 1..) = eyes.read(&mut part) {
                if seen.send(part[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, hands, screen, printed: vec![] }
    }

    /// What has been printed so far, without colours.
    pub(crate) fn printed(&self) -> String {
        let text = String::from_utf8_lossy(&self.printed).replace('\r', "");
        let mut plain = String::new();
        let mut parts = text.split("\u{1b}[");
        plain.push_str(parts.next().unwrap_or_default());
        parts.for_each(|part| plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest)));
        plain
    }

    /// What has been printed so far, with its colours.
    pub(crate) fn coloured(&self) -> String {
        String::from_utf8_lossy(&self.printed).replace('\r', "")
    }

    /// Waits until this has been printed.
    pub(crate) async fn wait_for(&mut self, text: &str) {
        self.wait_for_times(text, 1).await;
    }

    /// Waits until this has been printed so many times.
    pub(crate) async fn wait_for_times(&mut self, text: &str, times: usize) {
        while self.printed().matches(text).count() < times {
            match tokio::time::timeout(PATIENCE, self.screen.recv()).await {
                Ok(Some(part)) => self.printed.extend(part),
                _ => panic!("{text:?} is not {times} times in {}", self.printed()),
            }
        }
    }

    /// Types on the keyboard.
    pub(crate) fn types(&mut self, keys: &str) {
        self.hands.write_all(keys.as_bytes()).expect("a keyboard");
    }

    /// Waits for the program's end; its exit code.
    pub(crate) async fn end(&mut self) -> Option<i32> {
        while let Ok(Some(part)) = tokio::time::timeout(PATIENCE, self.screen.recv()).await {
            self.printed.extend(part);
        }
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("a status").code()
    }
}
