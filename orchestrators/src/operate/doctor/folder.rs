//! Checks the journal's folder: it exists, is private, and has room to write.

use crate::engine::journal::Journal;
use skills::sqlite::Db;
use skills::systems::check::{Check, Examination};
use std::path::Path;

/// Bytes. With less free space no effect can be announced, so nothing is done.
const TOO_LITTLE: u64 = 10 << 20;
/// Bytes. With less free space a person should look. A busy hotel's journal grows by some 100 MB in its 90 days.
const LITTLE: u64 = 500 << 20;

/// Checks the folder, and opens the journal as a server would.
pub(super) fn examined(folder: &Path) -> Vec<Check> {
    let mut found = Examination::of("journal");
    let shown = folder.display();
    match Journal::open(folder) {
        Ok(journal) => sound(&mut found, journal.file()),
        Err(error) => {
            let mend = format!("let this user write {shown}, or give another folder as HOTEL_DATA");
            found.wrong("file", error.to_string(), mend);
            return found.checks();
        }
    }
    match tempfile::tempfile_in(folder) {
        Ok(_) => found.ok("folder", format!("{shown} can be written")),
        Err(error) => found.wrong(
            "folder",
            format!("{shown} cannot be written: {error}"),
            format!("let this user write {shown}, or give another folder as HOTEL_DATA"),
        ),
    }
    #[cfg(unix)]
    {
        private(&mut found, folder);
        space(&mut found, folder);
    }
    found.checks()
}

/// Checks that the content of a file is readable.
pub(super) fn sound(found: &mut Examination, file: &Db) {
    match file.examine() {
        Ok(()) => found.ok(file.name(), "is sound"),
        Err(error) => {
            let mend = "stop all servers and put the whole folder back from a copy";
            found.wrong(file.name(), format!("cannot be relied on: {error}"), mend);
        }
    }
}

/// Checks that only its user can read the hotel's data.
#[cfg(unix)]
fn private(found: &mut Examination, folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let is_open = |path: &Path| std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let open: Vec<_> = files.filter(|path| path.is_file() && is_open(path)).collect();
    if is_open(folder) {
        let mend = format!("chmod 700 {}", folder.display());
        found.wrong("privacy", "other users of this machine can look into the folder", mend);
    } else if open.is_empty() {
        found.ok("privacy", "folder and files are this user's alone");
    } else {
        let names: Vec<_> = open.iter().map(|path| path.display().to_string()).collect();
        let says = "other users could read files if the folder were opened";
        found.warning("privacy", says, format!("chmod 600 {}", names.join(" ")));
    }
}

#[cfg(unix)]
fn space(found: &mut Examination, folder: &Path) {
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        found.ok("space", "the disk does not say how much is free");
        return;
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let says = format!("{} MB free", free >> 20);
    let mend = "make room on the disk, or lower HOTEL_AUDIT_DAYS";
    match free {
        ..TOO_LITTLE => found.wrong("space", says, mend),
        TOO_LITTLE..LITTLE => found.warning("space", says, mend),
        _ => found.ok("space", says),
    }
}
