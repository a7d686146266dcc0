//! Placeholder until the demo is written.
use crate::persona::Persona;
pub(crate) async fn run(_: Persona) -> anyhow::Result<()> {
    Ok(())
}
