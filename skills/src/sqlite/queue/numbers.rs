//! Tickets: locks on single bytes of a file. They belong to an open file, not to a process, and the system releases them
//! when the process dies (open file description locks, on Linux). On other systems there is no queue.

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::sqlite) use locked::{Next, Numbers, Place};
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::sqlite) use none::{Next, Numbers, Place};

#[cfg(any(target_os = "linux", target_os = "android"))]
mod locked {
    use nix::errno::Errno;
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;
    use std::fs::{File, OpenOptions};
    use std::io;
    use std::os::unix::fs::{FileExt, OpenOptionsExt};
    use std::path::Path;
    use std::sync::Arc;

    /// Whoever locks this byte may draw a ticket. The last number is stored in the file from here on.
    const DRAWING: i64 = 0;
    /// The byte of ticket 0. The bytes before it store the last number.
    const FIRST: i64 = 16;

    /// The source of tickets.
    pub(in crate::sqlite) struct Numbers(Arc<File>);

    /// A ticket. When it is dropped, the next one moves up.
    pub(in crate::sqlite) struct Place {
        file: Arc<File>,
        byte: i64,
    }

    /// The front of the queue. When it is dropped, the next one moves up.
    #[expect(dead_code, reason = "held until it is dropped, never looked at")]
    pub(in crate::sqlite) struct Next(Option<Held>);

    #[expect(dead_code, reason = "held until it is dropped, never looked at")]
    enum Held {
        Number(Place),
        /// All tickets: nobody else can draw one.
        All(Everything),
    }

    struct Everything(Arc<File>);

    impl Numbers {
        /// The tickets of the database at `database`; none if their file cannot be made.
        pub(in crate::sqlite) fn beside(database: &Path) -> Option<Self> {
            let mut name = database.file_name()?.to_owned();
            name.push("-queue");
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            match options.open(database.with_file_name(&name)) {
                Ok(file) => Some(Self(Arc::new(file))),
                Err(error) => {
                    tracing::warn!(%error, file = ?name, "writers cannot queue; they are let in by chance");
                    None
                }
            }
        }

        /// All tickets, if nobody has one.
        pub(in crate::sqlite) fn all(&self) -> Option<Next> {
            lock(&self.0, FIRST, 0, false).ok()?;
            Some(Next(Some(Held::All(Everything(Arc::clone(&self.0))))))
        }

        /// Draws the next ticket. Another process that is drawing one is in the way for a moment; `waits` says whether to
        /// wait for it.
        pub(in crate::sqlite) fn draw(&self, waits: bool) -> io::Result<Place> {
            let file = &self.0;
            lock(file, DRAWING, 1, waits)?;
            let drawn = (|| {
                let mut last = [0; 8];
                let known = file.read_at(&mut last, 0)? == last.len();
                // Stays far below the largest offset that can be locked, whatever the file contains.
                let number = if known { (i64::from_le_bytes(last) + 1) & 0xFFFF_FFFF_FFFF } else { 1 };
                lock(file, FIRST + number, 1, waits)?;
                file.write_all_at(&number.to_le_bytes(), 0)?;
                Ok(Place { file: Arc::clone(file), byte: FIRST + number })
            })();
            unlock(file, DRAWING, 1);
            drawn
        }
    }

    impl Place {
        /// Moves to the front, if nobody is before it.
        pub(in crate::sqlite) fn come_up(self) -> Result<Next, Self> {
            match lock(&self.file, self.byte - 1, 1, false) {
                Ok(()) => Ok(self.in_front()),
                Err(_) => Err(self),
            }
        }

        /// Waits until nobody is before it. If the lock cannot be waited for, it goes to the front at once.
        pub(in crate::sqlite) fn wait(self) -> Next {
            match lock(&self.file, self.byte - 1, 1, true) {
                Ok(()) => self.in_front(),
                Err(_) => Next(Some(Held::Number(self))),
            }
        }

        fn in_front(self) -> Next {
            unlock(&self.file, self.byte - 1, 1);
            Next(Some(Held::Number(self)))
        }
    }

    impl Next {
        /// The front, where there is no queue.
        pub(in crate::sqlite) const fn unqueued() -> Self {
            Self(None)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            unlock(&self.file, self.byte, 1);
        }
    }

    impl Drop for Everything {
        fn drop(&mut self) {
            unlock(&self.0, FIRST, 0);
        }
    }

    fn range(kind: i32, start: i64, length: i64) -> libc::flock {
        libc::flock {
            l_type: i16::try_from(kind).unwrap_or_default(),
            l_whence: i16::try_from(libc::SEEK_SET).unwrap_or_default(),
            l_start: start,
            l_len: length,
            l_pid: 0,
        }
    }

    fn lock(file: &File, start: i64, length: i64, wait: bool) -> io::Result<()> {
        let range = range(libc::F_WRLCK, start, length);
        loop {
            let how = if wait { FcntlArg::F_OFD_SETLKW(&range) } else { FcntlArg::F_OFD_SETLK(&range) };
            match fcntl(file, how) {
                Err(Errno::EINTR) => {}
                done => return done.map(|_| ()).map_err(io::Error::from),
            }
        }
    }

    fn unlock(file: &File, start: i64, length: i64) {
        let range = range(libc::F_UNLCK, start, length);
        if let Err(error) = fcntl(file, FcntlArg::F_OFD_SETLK(&range)) {
            tracing::warn!(%error, "a place in the queue of writers could not be given up");
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod none {
    use std::path::Path;

    /// There are no tickets on this system,
    pub(in crate::sqlite) enum Numbers {}
    /// so nobody can have one,
    pub(in crate::sqlite) enum Place {}
    /// and every writer is at the front.
    pub(in crate::sqlite) struct Next(());

    impl Numbers {
        pub(in crate::sqlite) fn beside(_: &Path) -> Option<Self> {
            None
        }
        pub(in crate::sqlite) fn all(&self) -> Option<Next> {
            match *self {}
        }
        pub(in crate::sqlite) fn draw(&self, _: bool) -> std::io::Result<Place> {
            match *self {}
        }
    }

    impl Place {
        pub(in crate::sqlite) fn come_up(self) -> Result<Next, Self> {
            match self {}
        }
        pub(in crate::sqlite) fn wait(self) -> Next {
            match self {}
        }
    }

    impl Next {
        pub(in crate::sqlite) const fn unqueued() -> Self {
            Self(())
        }
    }
}
