//! The trial. For every step of a scene and every fault it runs the call, recovers, makes the same call again with the same
//! token, and checks the hotel: the effect is there exactly once or not at all, and every answer was true.
//!
//! The trial finds out the steps of a saga by watching a run without faults, so a new saga needs nothing but its scene.

mod faults;
mod journal;
mod stage;
mod table;
mod verdict;
mod worker;

pub use faults::{FAULTS, Fault};
pub use table::table;

use crate::scenes::Scene;
use crate::{Backend, World};
use faults::{Recovery, Try};
use stage::Stage;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many tries run at a time: a try mostly waits for the disk. On a Restate server one worker plays, with the faults of
/// one try.
fn at_a_time() -> usize {
    if worker::is_elsewhere() { 1 } else { 6 }
}

/// A fault that was injected at a step, and the result.
#[derive(Debug)]
pub struct Tried {
    /// The scene.
    pub scene: String,
    /// The step.
    pub step: String,
    /// Which of [`FAULTS`].
    pub fault: Fault,
    /// `HOTEL_FAULTS` as it was set, and how it was recovered.
    pub how: String,
    /// What was wrong afterwards; none if the hotel survived.
    pub harm: Option<String>,
}

/// Tries every fault at every step of these scenes, in hotels on these systems.
///
/// # Panics
/// When a scene fails without a fault.
pub async fn try_all(backend: Backend, mut scenes: Vec<Scene>) -> Vec<Tried> {
    if worker::is_elsewhere() {
        // A Restate server goes on with what is unfinished at once: no scene begins with it.
        scenes.retain(|scene| scene.before.iter().all(|earlier| earlier.faults.is_empty()));
    }
    let permits = Arc::new(Semaphore::new(at_a_time()));
    let mut all = JoinSet::new();
    for (at, scene) in scenes.into_iter().enumerate() {
        let permits = Arc::clone(&permits);
        all.spawn(async move { (at, try_scene(backend, scene, permits).await) });
    }
    let mut tried = all.join_all().await;
    tried.sort_by_key(|(at, _)| *at);
    tried.into_iter().flat_map(|(_, tried)| tried).collect()
}

async fn try_scene(backend: Backend, scene: Scene, permits: Arc<Semaphore>) -> Vec<Tried> {
    let permit = permits.acquire().await.expect("open");
    let stage = Arc::new(Stage::set(backend, scene).await);
    drop(permit);
    let mut tries = JoinSet::new();
    for (at, one) in stage.tries().into_iter().enumerate() {
        let (stage, permits) = (Arc::clone(&stage), Arc::clone(&permits));
        tries.spawn(async move {
            let _permit = permits.acquire().await.expect("open");
            let (scene, step, fault, how) = (stage.name(), one.step.clone(), one.fault, one.to_string());
            // A task of its own: if it panics, that is the harm.
            let harm = match tokio::spawn(async move { verdict::of(&stage, &one, |_| ()).await }).await {
                Ok(verdict) => verdict.err(),
                Err(error) => Some(words_of(error)),
            };
            (at, Tried { scene, step, fault, how, harm })
        });
    }
    let mut tried = tries.join_all().await;
    tried.sort_by_key(|(at, _)| *at);
    tried.into_iter().map(|(_, tried)| tried).collect()
}

/// Tries one fault at one step, and returns the harm done. `meddle` changes the hotel after the fault has struck, as a
/// program with a bug there would.
///
/// # Errors
/// The harm.
///
/// # Panics
/// When the scene fails without a fault.
pub async fn try_one(
    scene: Scene,
    step: &str,
    fault: Fault,
    meddle: impl FnOnce(&World),
) -> Result<(), String> {
    let stage = Stage::set(Backend::of_this_run(), scene).await;
    let step = step.to_owned();
    let one = Try { way: None, step, fault, always: false, recovery: Recovery::Reconciled };
    verdict::of(&stage, &one, meddle).await
}

fn words_of(error: tokio::task::JoinError) -> String {
    let panic = error.into_panic();
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without words".to_owned())
}
