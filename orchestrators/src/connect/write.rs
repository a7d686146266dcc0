//! Puts an entry into a client's file: shows what changes, asks, keeps a copy, and replaces the file in one move.

use super::{Client, Entry, merged, snippet, warn};
use crate::terminal;
use anyhow::{Context, bail};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How wide a difference is where there is no terminal.
const WIDTH: usize = 200;
/// So many copies of a file are kept at most.
const MOST_COPIES: u32 = 100;

/// So often a file is tried that changes again and again.
const MOST_TRIES: u32 = 10;
/// So many links are followed.
const MOST_LINKS: u32 = 40;

/// Writes the entry into the client's file; twice is as once. What the client writes there meanwhile is kept.
///
/// # Errors
/// When the file cannot be read, kept whole or written, or nobody can be asked.
pub(super) fn into(client: Client, entry: &Entry, without_asking: bool) -> anyhow::Result<ExitCode> {
    let named = client.file()?;
    let shown = named.display();
    let file = behind(&named).with_context(|| format!("{shown} cannot be found"))?;
    let mut out = terminal::out();
    for _ in 0..MOST_TRIES {
        let before = read(&file).with_context(|| format!("{shown} cannot be read"))?;
        let text = before.as_deref().unwrap_or_default();
        let after = match merged(client, entry, text) {
            Ok(after) => after,
            Err(why) => {
                write!(out, "{}", snippet(client, entry))?;
                bail!("{shown} was not changed: {why}. The entry is printed above; put it there by hand");
            }
        };
        if after.text == text {
            writeln!(out, "{shown} has this entry already; nothing was changed.")?;
            out.flush()?;
            warn(entry);
            return Ok(ExitCode::SUCCESS);
        }
        let width = terminal::width().unwrap_or(WIDTH);
        write!(out, "{shown}, {}", after.difference.shown(width))?;
        out.flush()?;
        warn(entry);
        if !without_asking && !is_wanted()? {
            writeln!(out, "Nothing was changed.")?;
            return Ok(ExitCode::SUCCESS);
        }
        match replaced(&file, before.as_deref(), &after.text)
            .with_context(|| format!("{shown} cannot be written"))?
        {
            Done::Written(Some(copy)) => {
                writeln!(out, "Written. What it was before is in {}.", copy.display())?;
            }
            Done::Written(None) => writeln!(out, "Written.")?,
            Done::Changed => {
                writeln!(out, "{shown} was changed by something else meanwhile; it is read again.")?;
                continue;
            }
        }
        out.flush()?;
        terminal::aside(client.afterwards());
        return Ok(ExitCode::SUCCESS);
    }
    bail!("{shown} was not changed: something else keeps changing it; end the client first")
}

/// The file that a name stands for: a link, as those who keep their files in a repository have, stays a link, also where
/// it leads to no file yet.
fn behind(named: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(named) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found,
    }
    let mut file = named.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&file) else { return Ok(file) };
        file = file.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
    }
    Err(io::Error::other("its links lead nowhere"))
}

/// A file's text; none if there is no file.
fn read(file: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    }
}

fn is_wanted() -> anyhow::Result<bool> {
    match terminal::ask("Write this? [y/N] ")? {
        Some(answer) => Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes")),
        None => bail!("--write asks before it writes, and nobody can be asked here: give --yes as well"),
    }
}

/// Copies a file to the first free name beside it.
fn kept(file: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(if number == 1 { ".bak".to_owned() } else { format!(".bak{number}") });
        PathBuf::from(name)
    };
    for number in 1..=MOST_COPIES {
        let copy = name(number);
        match fs::OpenOptions::new().write(true).create_new(true).open(&copy) {
            Ok(_) => return fs::copy(file, &copy).map(|_| copy),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// How a replacement went.
#[derive(Debug)]
enum Done {
    /// And the copy of what was there.
    Written(Option<PathBuf>),
    /// The file is not what it was when it was read: it was left alone.
    Changed,
}

/// Replaces a file in one move: whoever reads it sees the old one or the new one. A file that has changed since it was
/// read, as late as can be seen, is not replaced.
fn replaced(file: &Path, before: Option<&str>, after: &str) -> anyhow::Result<Done> {
    let is_as_before = || read(file).map(|now| now.as_deref() == before);
    if !is_as_before()? {
        return Ok(Done::Changed);
    }
    let folder = file.parent().context("it is in no folder")?;
    fs::create_dir_all(folder)?;
    let copy = before.map(|_| kept(file)).transpose().context("no copy could be made")?;
    let mut new = tempfile::NamedTempFile::new_in(folder)?; // only its user may read it
    if before.is_some() {
        new.as_file().set_permissions(fs::metadata(file)?.permissions())?;
    }
    new.write_all(after.as_bytes())?;
    new.as_file().sync_all()?;
    if !is_as_before()? {
        copy.map(fs::remove_file).transpose()?;
        return Ok(Done::Changed);
    }
    let written = if before.is_some() { new.persist(file) } else { new.persist_noclobber(file) };
    match written {
        Ok(_) => Ok(Done::Written(copy)),
        Err(error) if before.is_none() && error.error.kind() == ErrorKind::AlreadyExists => Ok(Done::Changed),
        Err(error) => Err(error.error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Done, replaced};
    use std::fs;

    #[test]
    fn a_file_that_is_not_what_was_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mcp.json");
        fs::write(&file, "of the client").unwrap();
        for before in [None, Some("of before")] {
            assert!(matches!(replaced(&file, before, "ours").unwrap(), Done::Changed), "{before:?}");
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "of the client");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no copy is left over");
        let done = replaced(&file, Some("of the client"), "ours").unwrap();
        assert!(
            matches!(done, Done::Written(Some(copy)) if fs::read_to_string(&copy).unwrap() == "of the client")
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
    }
}
