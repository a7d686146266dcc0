//! The operator's commands: is everything set up, do payments and stays agree, forget a person, load the sample
//! hotel, copy the data folder.

pub(crate) mod data_folder;
pub(crate) mod doctor;
pub(crate) mod forget;
pub(crate) mod house_rules;
pub(crate) mod reconcile;
pub(crate) mod schedule;
pub(crate) mod setup;
