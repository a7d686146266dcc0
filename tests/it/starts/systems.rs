//! A system is given whole or not at all, and real money needs a real hotel.

use super::{ORG, both_start, choices, none_starts};

fn names<'a>(env: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    env.iter().map(|(name, _)| *name).collect()
}

/// None starts with some of what goes together: the first that is missing is named, and what it goes with.
async fn lacks(env: &[(&str, &str)], all: &[(&str, &str)]) {
    let (given, all) = (names(env), names(all));
    let missing = all.iter().find(|name| !given.contains(name)).expect("one is missing");
    let says = format!("error: {missing}: missing");
    none_starts(env, &[&[says.as_str()], all.as_slice()].concat()).await;
}

#[tokio::test]
async fn an_org_is_given_with_an_app_or_with_a_session_and_whole() {
    let session = [
        ("SALESFORCE_INSTANCE_URL", "https://hotel.my.salesforce.com"),
        ("SALESFORCE_ACCESS_TOKEN", "hush-token"),
    ];
    let all = [ORG[0], ORG[1], ORG[2], session[0], session[1]];
    for env in choices(all) {
        let given = names(&env);
        let (app, own): (Vec<&str>, Vec<&str>) = given.iter().partition(|name| names(&ORG).contains(name));
        match (app.len(), own.len()) {
            (0 | 3, 0) | (0, 2) => both_start(&env).await,
            (_, 0) => lacks(&env, &ORG).await,
            (0, _) => lacks(&env, &session).await,
            // Which of the two is meant is not guessed.
            _ => {
                let says = format!("error: {}: given beside {}", own[0], app[0]);
                none_starts(&env, &[&[says.as_str()][..], &names(&all), &["either"]].concat()).await;
            }
        }
    }
}

#[tokio::test]
async fn a_version_of_the_api_needs_no_org() {
    both_start(&[("SALESFORCE_API_VERSION", "v61.0")]).await;
    for version in ["62.0", "v62", "v62.0/../..", "latest"] {
        none_starts(&[("SALESFORCE_API_VERSION", version)], &["error: SALESFORCE_API_VERSION: ", "v62.0"])
            .await;
    }
}

#[tokio::test]
async fn a_key_that_is_no_secret_key_is_refused() {
    for key in ["pk_test_hush", "hush", "whsec_hush"] {
        none_starts(&[("STRIPE_SECRET_KEY", key)], &["error: STRIPE_SECRET_KEY: ", "rk_…", "sk_…"]).await;
    }
}

#[tokio::test]
async fn an_account_for_texts_is_given_whole() {
    let all = [
        ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
        ("TWILIO_AUTH_TOKEN", "hush-token"),
        ("TWILIO_FROM", "+15550100000"),
    ];
    for env in choices(all) {
        match env.len() {
            0 | 3 => both_start(&env).await,
            _ => lacks(&env, &all).await,
        }
    }
    let api_key = [("TWILIO_ACCOUNT_SID", "SK00000000000000000000000000000001"), all[1], all[2]];
    none_starts(&api_key, &["error: TWILIO_ACCOUNT_SID: ", "AC…"]).await;
}

#[tokio::test]
async fn a_live_key_is_refused_unless_the_records_are_real() {
    for live in ["sk_live_hush", "rk_live_hush"] {
        let key = ("STRIPE_SECRET_KEY", live);
        let says = ["error: STRIPE_SECRET_KEY: ", "SALESFORCE_*", "rk_test_…", "sk_test_…"];
        none_starts(&[key], &says).await;
        both_start(&[&ORG[..], &[key]].concat()).await;
    }
}
