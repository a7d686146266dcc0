//! Tokens that are not what they should be.

use super::issuer::{Issuer, Key, token};
use super::{BETH, Caller, World, bookings, own_bookings, status, trusting};
use serde_json::{Value, json};
use tests::with;

#[tokio::test]
async fn a_good_token_of_either_algorithm_stands_for_its_guest() {
    for key in [Key::rsa(), Key::ec()] {
        let (world, issuer) = (World::new(), Issuer::with(key));
        let server = trusting(&world, &issuer, &[]);
        let caller = Caller::new(Some(&issuer.token(BETH)));
        assert_eq!(bookings(&caller, &server.address().await).await, ["BK-0001"]);
    }
}

#[tokio::test]
async fn claims_that_do_not_fit_are_refused_and_the_challenge_says_why() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let now = jiff::Timestamp::now().as_second();
    let without = |name: &str| {
        let mut claims = issuer.claims(BETH);
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let changed = |name: &str, value: Value| with(issuer.claims(BETH), json!({name: value}));
    let cases = [
        (changed("exp", json!(now - 60)), "expired"),
        (changed("exp", json!("tomorrow")), "exp"),
        (without("exp"), "exp"),
        (changed("nbf", json!(now + 600)), "not valid yet"),
        (changed("iss", json!("https://evil.example")), "another issuer"),
        (without("iss"), "iss"),
        (changed("aud", json!("another-service")), "another audience"),
        (changed("aud", json!(["another-service"])), "another audience"),
        (without("aud"), "another audience"),
        (with(changed("aud", json!("another-service")), json!({"client_id": "hotel"})), "another audience"),
        (changed("email_verified", json!(false)), "not verified"),
        (changed("email_verified", json!("false")), "not verified"),
        (changed("email", json!("beth")), "no e-mail"),
        (changed("email", json!("\u{a0}beth.gibbs@email.com")), "blanks around it"),
        (changed("email_verified", json!(0)), "not verified"),
        (with(changed("aud", Value::Null), json!({"client_id": "hotel"})), "another audience"),
        (changed("email", json!(["beth.gibbs@email.com"])), "e-mail"),
        (without("email"), "no e-mail"),
    ];
    for (claims, why) in cases {
        let caller = Caller::new(Some(&issuer.key.signs("first", &claims)));
        let reply = caller.post(&address, &own_bookings(), &[]).await;
        let challenge = reply.header("www-authenticate");
        assert_eq!(reply.status, 401, "{why}: {reply:?}");
        assert!(
            challenge.contains("error=\"invalid_token\"") && challenge.contains(why),
            "{why}: {challenge}"
        );
        assert!(challenge.contains("resource_metadata=\"http://127.0.0.1:"), "{challenge}");
    }
}

#[tokio::test]
async fn what_is_only_written_otherwise_is_accepted() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let now = jiff::Timestamp::now().as_second();
    let mut by_client = with(issuer.claims(BETH), json!({"client_id": "hotel"}));
    by_client.as_object_mut().unwrap().remove("aud");
    let mut in_a_list = with(issuer.claims(BETH), json!({"scp": ["other", "hotel:guest"]}));
    in_a_list.as_object_mut().unwrap().remove("scope");
    for claims in [
        by_client,
        in_a_list,
        with(issuer.claims(BETH), json!({"aud": ["other", "hotel"]})),
        with(issuer.claims(BETH), json!({"iss": format!("{}/", issuer.base())})),
        with(issuer.claims(BETH), json!({"exp": now - 5, "nbf": now + 5})), // clocks differ a little
        with(issuer.claims(BETH), json!({"email": "Beth.Gibbs@Email.com"})),
    ] {
        assert_eq!(status(&address, &issuer.key.signs("first", &claims)).await, 200, "{claims}");
    }
}

#[tokio::test]
async fn a_token_for_something_else_is_forbidden() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    for scope in [json!("hotel:staff"), json!("hotel:guests"), json!(""), Value::Null] {
        let claims = with(issuer.claims(BETH), json!({"scope": scope}));
        let caller = Caller::new(Some(&issuer.key.signs("first", &claims)));
        let reply = caller.post(&address, &own_bookings(), &[]).await;
        assert_eq!(reply.status, 403, "{scope}");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.contains("scope=\"hotel:guest\""), "{challenge}");
    }
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let (world, issuer) = (World::new(), Issuer::with(Key::rsa()));
    let server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let claims = issuer.claims(BETH);
    let good = issuer.token(BETH);
    assert_eq!(status(&address, &good).await, 200);
    let parts: Vec<&str> = good.split('.').collect();
    let others = issuer.token("carl.smith@example.com");
    let swapped_claims = format!("{}.{}.{}", parts[0], others.split('.').nth(1).unwrap(), parts[2]);
    let header = |algorithm: &str| json!({"typ": "JWT", "alg": algorithm, "kid": "first"});
    // The public key is no secret: whoever signs with it as one must not be believed.
    let public = issuer.key.jwk("first").to_string();
    let with_public_key = |message: &[u8]| {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
        ring::hmac::sign(&key, message).as_ref().to_vec()
    };
    let own_key = Key::ec();
    let with_own_key = json!({"typ": "JWT", "alg": "ES256", "kid": "first", "jwk": own_key.jwk("first")});
    let critical = json!({"typ": "JWT", "alg": "RS256", "kid": "first", "crit": ["exp"]});
    for (what, forged) in [
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("another's claims", swapped_claims),
        ("alg none", token(&header("none"), &claims, |_| vec![])),
        ("alg None", token(&header("None"), &claims, |_| vec![])),
        ("HS256", token(&header("HS256"), &claims, with_public_key)),
        ("RS512", token(&header("RS512"), &claims, |message| issuer.key.signature(message))),
        (
            "ES256 with a key of RSA",
            token(&header("ES256"), &claims, |message| issuer.key.signature(message)),
        ),
        ("a key that it brings along", token(&with_own_key, &claims, |message| own_key.signature(message))),
        ("a key of nobody's", own_key.signs("first", &claims)),
        ("critical fields", token(&critical, &claims, |message| issuer.key.signature(message))),
        ("no token", "rubbish".to_owned()),
        ("nothing", String::new()),
    ] {
        assert_eq!(status(&address, &forged).await, 401, "{what}");
    }
}

#[tokio::test]
async fn a_token_is_taken_from_its_header_alone() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let server = trusting(&world, &issuer, &[]);
    let (address, token) = (server.address().await, issuer.token(BETH));
    let nobody = Caller::new(None);
    let in_address = format!("{address}?access_token={token}");
    let reply = nobody.post(&in_address, &own_bookings(), &[]).await;
    assert_eq!(reply.status, 401);
    assert!(
        !reply.header("www-authenticate").contains("error="),
        "nothing was wrong, it was missing: {reply:?}"
    );
    let basic = [("authorization", "Basic YmV0aDpiZXRo")];
    assert_eq!(nobody.post(&address, &own_bookings(), &basic).await.status, 401);
    let twice = [("authorization", "Bearer other")];
    assert_eq!(Caller::new(Some(&token)).post(&address, &own_bookings(), &twice).await.status, 401);
}

#[tokio::test]
async fn no_token_is_logged_whatever_the_level() {
    let (world, issuer) = (World::new().with_env("RUST_LOG", "trace"), Issuer::with(Key::ec()));
    let mut server = trusting(&world, &issuer, &[]);
    let address = server.address().await;
    let good = issuer.token(BETH);
    let forged = good.replace('.', ".A");
    assert_eq!((status(&address, &good).await, status(&address, &forged).await), (200, 401));
    server.terminate();
    server.wait().await;
    let said = server.stderr();
    assert!(said.contains("a request was refused"), "{said}");
    for part in good.split('.').chain(forged.split('.')).filter(|part| part.len() > 40) {
        assert!(!said.contains(part), "the log has a part of a token");
    }
}

/// A program of the hotel has no e-mail, so there is none to verify. Two of them are told apart, however the issuer names them.
#[tokio::test]
async fn a_program_without_an_email_is_let_in_by_its_name() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let base = issuer.base();
    let env = [("HOTEL_HTTP_ISSUER", base.as_str()), ("HOTEL_HTTP_AUDIENCE", "hotel")];
    let server = world.start("staff-server", &["serve", "--http", "127.0.0.1:0"], &env);
    let address = server.address().await;
    let arrives = json!({"guest_email": "sarah@example.com", "idempotency_token": "arriving"});
    let leaves = json!({"booking_number": "BK-0004", "idempotency_token": "arriving"});
    for (subject, tool, arguments) in
        [(json!(5), "check_in_guest", arrives), (json!(6), "cancel_booking", leaves)]
    {
        let mut claims = issuer.claims(BETH);
        claims.as_object_mut().unwrap().remove("email");
        let claims = with(claims, json!({"scope": "hotel:staff", "email_verified": false, "sub": subject}));
        let caller = Caller::new(Some(&issuer.key.signs("first", &claims)));
        let told = super::told(&caller.post(&address, &super::call(tool, &arguments), &[]).await);
        assert!(told.succeeded(), "{tool}: {}", told.0);
    }
}
