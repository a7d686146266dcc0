//! Ways back, runnable from the journal: a skill's name and its input. Any version of the program runs the way back
//! that was journaled before the step began.

use super::erased::Boxed;
use super::{Run, SagaError};
use serde_json::{Value, json};
use skills::{Skill, System};
use std::marker::PhantomData;
use std::sync::Arc;

/// A skill that is a way back, type-erased.
pub(crate) trait WayBack: Send + Sync {
    /// The skill's name.
    fn name(&self) -> &'static str;
    /// The system it acts on.
    fn system(&self) -> System;
    /// Runs it as a step of this name.
    fn run<'r>(&self, run: &'r Run, step: String, input: Value) -> Boxed<'r, Result<(), SagaError>>;
}

struct Typed<S>(PhantomData<fn() -> S>);

impl<S: Skill> WayBack for Typed<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn system(&self) -> System {
        S::SYSTEM
    }

    fn run<'r>(&self, run: &'r Run, step: String, input: Value) -> Boxed<'r, Result<(), SagaError>> {
        Box::pin(async move {
            let skill: S = serde_json::from_value(input).map_err(|_| run.does_not_replay(&step))?;
            run.step(skill).named(step).await.map(|_| ())
        })
    }
}

/// Type-erases a skill as a way back.
pub(crate) fn way_back<S: Skill>() -> Arc<dyn WayBack> {
    Arc::new(Typed::<S>(PhantomData))
}

/// A way back in its journaled form.
pub(super) fn journaled<S: Skill>(undo: &S) -> Value {
    json!({"skill": S::NAME, "input": undo})
}
