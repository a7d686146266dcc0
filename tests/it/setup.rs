//! `staff-server setup --seed`: the sample hotel in an org, however often it is loaded.

mod at_once;

use serde_json::{Value, json};
use tests::fakes::{Data, Salesforce, Stripe};
use tests::{Ran, World, day};

const OBJECTS: [&str; 6] =
    ["Contact", "Hotel_Room__c", "Opportunity", "Booking__c", "Payment_Transaction__c", "Case"];

/// An org whose user has the permission sets that `--seed` needs.
fn org(data: Data) -> Salesforce {
    let org = Salesforce::with(data);
    org.permit(&["Hotel_MCP_Run", "Hotel_MCP_Setup"]);
    org
}

fn world(org: &Salesforce) -> World {
    org.env().into_iter().fold(World::new(), |world, (name, value)| world.with_env(name, &value))
}

async fn seed(world: &World) -> Ran {
    world.run_staff(&["setup", "--seed"]).await
}

fn counts(org: &Salesforce) -> Vec<usize> {
    OBJECTS.iter().map(|object| org.rows(object).len()).collect()
}

#[tokio::test]
async fn an_empty_org_becomes_the_sample_hotel_once() {
    let org = org(Data::Empty);
    let world = world(&org);
    let ran = seed(&world).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("rooms: 22 made, 0 there already"), "{}", ran.stdout);
    assert!(ran.stdout.contains("seed-BK-0001, whatever its number"), "{}", ran.stdout);
    assert_eq!(counts(&org), [13, 22, 9, 10, 1, 3]);
    let before = org.dump();
    let again = seed(&world).await;
    assert!(again.stdout.contains("bookings: 0 made, 10 there already"), "{again:?}");
    assert_eq!(
        (again.code, org.dump() == before),
        (Some(0), true),
        "nothing is there twice, nothing has changed"
    );

    assert_eq!(world.run_staff(&["doctor"]).await.code, Some(0));
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(
        (&told.data()["room_number"], &told.data()["room_status"]),
        (&json!("205"), &json!("Occupied"))
    );
    let pay = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    assert_eq!(staff.call("process_guest_checkout", pay).await.data()["amount_cents"], 29_998);
    let open = staff.call("search_cases_on_behalf_of_staff", json!({"room_number": "107"})).await;
    assert_eq!(open.data()["cases"][0]["priority"], "High");
    let used = org.dump();
    assert_eq!((seed(&world).await.code, org.dump() == used), (Some(0), true), "what somebody did stays");
}

#[tokio::test]
async fn it_is_what_the_embedded_hotel_is() {
    let org = org(Data::Empty);
    let (there, embedded) = (world(&org), World::new());
    seed(&there).await;
    let (there, embedded) = (there.staff(), embedded.staff());
    for (tool, list, fields) in [
        (
            "search_rooms_on_behalf_of_staff",
            "rooms",
            ["room_number", "room_name", "status", "nightly_rate_cents", "max_occupancy", "current_guest"]
                .as_slice(),
        ),
        (
            "search_bookings_on_behalf_of_staff",
            "bookings",
            &[
                "status",
                "guest_email",
                "room_number",
                "check_in_date",
                "check_out_date",
                "nightly_rate_cents",
                "payment_intent_id",
            ],
        ),
        (
            "search_cases_on_behalf_of_staff",
            "cases",
            &["case_type", "status", "priority", "description", "room_number"],
        ),
    ] {
        let mut both = vec![];
        for server in [&there, &embedded] {
            let told = server.call(tool, json!({"limit": 50})).await;
            let rows = told.data()[list].as_array().expect("a list").clone();
            let of = |row: &Value| fields.iter().map(|field| row[*field].to_string()).collect::<Vec<_>>();
            let mut rows: Vec<_> = rows.iter().map(of).collect();
            rows.sort();
            both.push(rows);
        }
        assert!(!both[0].is_empty() && both[0].iter().flatten().any(|it| it != "null"), "{tool}");
        assert_eq!(both[0], both[1], "{tool}");
    }
}

#[tokio::test]
async fn a_run_that_was_cut_off_is_finished_by_the_next() {
    use tests::fakes::{Fault, On, When};
    let org = org(Data::Empty);
    let world = world(&org);
    org.fault(On::text("seed-BK-0004").method("POST").after(1), Fault::Lose(When::After));
    let ran = seed(&world).await;
    assert_eq!((ran.code, ran.stdout.contains("run it again")), (Some(1), true), "{ran:?}");
    org.calm();
    assert_eq!(seed(&world).await.code, Some(0));
    assert_eq!(counts(&org), [13, 22, 9, 10, 1, 3]);
}

#[tokio::test]
async fn a_sample_that_nobody_touched_is_dated_for_today_again() {
    let org = org(Data::Empty);
    let world = world(&org);
    seed(&world).await;
    let move_all = |days: i64, but: &str| {
        for row in org.rows("Booking__c").into_iter().filter(|row| row["External_ID__c"] != but) {
            let moved = |field: &str| {
                let day: jiff::civil::Date = row[field].as_str().expect("a day").parse().expect("a day");
                json!(day.saturating_add(jiff::Span::new().days(days)).to_string())
            };
            let (from, to) = (moved("Check_In_Date__c"), moved("Check_Out_Date__c"));
            let id = row["Id"].as_str().expect("an id");
            org.poke(id, "Check_In_Date__c", from);
            org.poke(id, "Check_Out_Date__c", to);
        }
    };
    let sarah = || org.row("Booking__c", "External_ID__c", "seed-BK-0003").expect("a booking");
    move_all(-30, "");
    let ran = seed(&world).await;
    assert!(ran.stdout.contains("dated for today again"), "{ran:?}");
    assert_eq!(sarah()["Check_In_Date__c"], day(0));
    move_all(-30, "seed-BK-0007");
    let ran = seed(&world).await;
    assert!(ran.code == Some(0) && !ran.stdout.contains("dated for today again"), "{ran:?}");
    assert_eq!(sarah()["Check_In_Date__c"], day(-30), "somebody has changed one: all stay");
}

#[tokio::test]
async fn an_org_of_others_is_asked_for_first_and_their_rooms_are_left_alone() {
    let org = org(Data::Hotel);
    let world = world(&org);
    let (before, ran) = (org.dump(), seed(&world).await);
    assert_eq!((ran.code, ran.stdout.contains("10 bookings of others")), (Some(1), true), "{ran:?}");
    assert!(org.dump() == before, "nothing was done");
    let ran = world.run_staff(&["setup", "--seed", "--yes"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stdout.contains("left out: seed-BK-0001") && ran.stdout.contains("bookings: 2 made"),
        "{}",
        ran.stdout
    );
    assert_eq!(counts(&org)[..2], [13, 22], "people and rooms are the same");
}

#[tokio::test]
async fn what_need_not_or_must_not_be_seeded_says_so() {
    let world = World::new();
    let ran = seed(&world).await;
    assert_eq!((ran.code, ran.stdout.contains("nothing to do")), (Some(0), true), "{ran:?}");
    assert_eq!(world.run_staff(&["setup"]).await.code, Some(2), "what to set up is to be said");
    assert_eq!(world.run("guest-server", &["setup", "--seed"], &[], "").await.code, Some(2));
    let (org, stripe) = (org(Data::Empty), Stripe::start());
    let live = self::world(&org)
        .with_env("STRIPE_SECRET_KEY", "sk_live_x")
        .with_env("STRIPE_API_BASE", &stripe.base());
    let ran = seed(&live).await;
    assert_eq!((ran.code, ran.stderr.contains("real money")), (Some(2), true), "{ran:?}");
    assert!(counts(&org).iter().all(|count| *count == 0) && stripe.exchanges().is_empty());
}

#[tokio::test]
async fn the_payment_of_the_sample_is_none_of_stripes() {
    let (org, stripe) = (org(Data::Empty), Stripe::start());
    let world =
        stripe.env().into_iter().fold(world(&org), |world, (name, value)| world.with_env(name, &value));
    assert_eq!(seed(&world).await.code, Some(0));
    assert!(stripe.exchanges().is_empty());
    let ran = world.run_staff(&["reconcile"]).await;
    assert!(ran.stdout.contains("Stay closed without a payment"), "as docs/connecting.md says: {ran:?}");
}
