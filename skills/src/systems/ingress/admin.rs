//! The engine's admin address: where workers are made known.

use super::super::remote::client;
use serde_json::{Value, json};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Tells the engine where workers are reached; returns the deployment's id.
///
/// # Errors
/// Why it did not take them, in words.
pub async fn register(admin: &str, workers: &str) -> Result<String, String> {
    let client = client(TIMEOUT).map_err(|error| error.to_string())?;
    let address = format!("{}/deployments", admin.trim_end_matches('/'));
    let lost = |error: reqwest::Error| format!("{admin} cannot be reached: {}", error.without_url());
    let response = client.post(address).json(&json!({ "uri": workers })).send().await.map_err(lost)?;
    let status = response.status();
    let told: Value = response.json().await.unwrap_or_default();
    if status.is_success() {
        return Ok(told["id"].as_str().unwrap_or("a deployment without an id").to_owned());
    }
    let says = told["message"].as_str().unwrap_or("no reason was given").to_owned();
    Err(format!("the engine does not take {workers} (status {}): {says}", status.as_u16()))
}
