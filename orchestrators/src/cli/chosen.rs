//! Which tools are offered: the persona's, less what flags and variables leave out.

use super::grammar::Cli;
use super::variables;
use crate::tool::Toolset;
use anyhow::bail;

/// How the names of tools that read begin.
const READS: [&str; 3] = ["hotel_", "retrieve_", "search_"];

/// The tools left after flags and variables; a flag adds to its variable.
pub(super) fn chosen(toolset: Toolset, cli: &Cli) -> anyhow::Result<Toolset> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let names = [cli.exclude_tools.clone().unwrap_or_default(), variable("HOTEL_EXCLUDE_TOOLS")].join(",");
    let excluded: Vec<String> =
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let flag = cli.exclude_tools.as_deref().unwrap_or_default();
    for unknown in excluded.iter().filter(|name| toolset.get(name).is_none()) {
        let flagged = flag.split(',').any(|name| name.trim() == unknown);
        let of_others = crate::sagas::names();
        let known = toolset.tools().iter().map(|tool| tool.name).chain(of_others.iter().copied());
        // Several servers may share the variable, so another server's tool is no mistake.
        let may_be_anothers = of_others.contains(&unknown.as_str())
            || READS.iter().any(|beginning| unknown.starts_with(beginning));
        let meant = known.into_iter().find(|name| variables::is_slip_of(name, unknown));
        match meant {
            Some(meant) if meant != unknown => {
                bail!(
                    "--exclude-tools (HOTEL_EXCLUDE_TOOLS): there is no tool {unknown}; did you mean {meant}?"
                )
            }
            _ if may_be_anothers && !flagged => {}
            _ => bail!("--exclude-tools (HOTEL_EXCLUDE_TOOLS): there is no tool {unknown}"),
        }
    }
    let read_only = match variable("HOTEL_READ_ONLY").trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => true,
        "" | "false" | "0" | "no" | "off" => cli.read_only,
        _ => bail!("HOTEL_READ_ONLY: give true or false"),
    };
    let toolset = toolset.excluding(&excluded);
    Ok(if read_only { toolset.read_only() } else { toolset })
}
