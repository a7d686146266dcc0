//! A process that ends with its value, and what the system says of it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// A running process. Dropping it kills it.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        Self(command.spawn().expect("the program starts"))
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Resident memory in MiB; none where there is no /proc.
    pub(crate) fn resident_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kib / 1024.0)
    }

    /// Ticks of processor time that it has used; none where there is no /proc.
    pub(crate) fn ticks_of_processor(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).ok()?;
        // The name of the program, in brackets, may have blanks.
        let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let (user, system): (f64, f64) = (fields.get(11)?.parse().ok()?, fields.get(12)?.parse().ok()?);
        Some(user + system)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The worker, built as the servers are.
pub(crate) fn worker() -> PathBuf {
    let folder = tests::binary("staff-server").parent().expect("a folder").to_owned();
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(root()).args(["build", "--quiet", "--locked", "-p", "worker"]);
    if folder.ends_with("release") {
        build.arg("--release");
    }
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO_PKG_"))
    {
        build.env_remove(name);
    }
    build
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_MANIFEST_PATH")
        .env_remove("CARGO_MANIFEST_LINKS");
    assert!(build.status().expect("cargo").success(), "the worker is built");
    folder.join("hotel-worker")
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder on the disk of the build: what is measured forces its writes there.
pub(crate) fn folder() -> tempfile::TempDir {
    let executable = std::env::current_exe().expect("a path");
    let target = executable.ancestors().nth(3).expect("target").join("bench-scale");
    std::fs::create_dir_all(&target).expect("a folder");
    tempfile::tempdir_in(target).expect("a folder")
}

/// The sizes of all files below a folder.
pub(crate) fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(what) if what.is_dir() => bytes_below(&entry.path()),
        Ok(what) => what.len(),
        Err(_) => 0, // gone since it was listed
    };
    entries.flatten().map(size).sum()
}
