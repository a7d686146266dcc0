//! Copies: of the files alone after a clean stop, and of all of them at one moment while servers run.

use super::{embedded, tidy};
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{Books, Server, World, with_capabilities};

/// The hotel's files alone, in a folder of their own.
fn copied(world: &World) -> World {
    let copy = embedded();
    std::fs::create_dir(copy.data()).unwrap();
    for file in ["hotel.db", "payments.db", "messages.db", "journal.db"] {
        std::fs::copy(world.data().join(file), copy.data().join(file)).unwrap();
    }
    copy
}

#[tokio::test]
async fn after_a_clean_stop_the_files_alone_have_everything() {
    let world = embedded();
    let staff = world.staff();
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa",
        "idempotency_token": "leaving"});
    staff.done("process_guest_checkout", out.clone()).await;
    assert!(staff.close().await.success());
    let copy = copied(&world);
    assert_eq!(copy.booking_status("BK-0001"), "Checked Out");
    assert_eq!(copy.payments_taken("BK-0001"), 1);
    assert_eq!(copy.staff().call("process_guest_checkout", out).await.data()["replayed"], true);
    Books::open(&copy).are_in_order();
}

#[tokio::test]
async fn a_copy_made_while_servers_write_is_of_one_moment() {
    let world = embedded();
    let staff = world.staff();
    tidy(&staff, "106", "Vacant").await.data();
    let mut waiting = vec![];
    for n in 0..40 {
        let wish = json!({"room_number": format!("{}", 100 + n % 11), "type": "Housekeeping",
            "description": format!("Towels, for the {n}th time.")});
        waiting.push(staff.send("create_case", wish).await);
    }
    let copy = embedded();
    let ran = world.run_staff(&["backup", copy.data().to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for told in waiting {
        told.await.unwrap().data();
    }
    // Whatever the journal says is done, is.
    let all = Connection::open(copy.data().join("journal.db")).unwrap();
    all.execute("ATTACH ? AS hotel", [copy.data().join("hotel.db").display().to_string()]).unwrap();
    let sql = "SELECT count(*) FROM calls WHERE tool = 'create_case' AND outcome = 'done' AND NOT EXISTS \
               (SELECT 1 FROM hotel.cases WHERE number = json_extract(answer, '$.data.case_number'))";
    assert_eq!(all.query_row(sql, [], |row| row.get::<_, i64>(0)), Ok(0));
    drop(all);
    crate::recovery::due(&copy);
    assert_eq!(copy.run_staff(&["reconcile"]).await.code, Some(0));
    Books::open(&copy).are_in_order();
}

#[tokio::test]
async fn a_folder_that_holds_something_is_not_copied_into() {
    let world = embedded();
    tidy(&world.staff(), "106", "Vacant").await.data();
    let taken = world.write("notes.txt", "mine").parent().unwrap().to_owned();
    let ran = world.run_staff(&["backup", taken.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.stderr.matches("holds something").count(), 1, "it is said once: {ran:?}");
    assert!(!taken.join("hotel.db").exists());
}

/// An older journal does not know which yeses were used since; under a new key none of them counts.
#[tokio::test]
async fn a_copy_leaves_the_key_of_questions_out_and_says_so() {
    let world = embedded();
    let staff = world.staff();
    let (leave, may_ask) = (
        json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"}),
        crate::asking::can_ask(),
    );
    let send = async |server: &Server, more: Value| {
        let mut params = json!({"name": "process_guest_checkout", "arguments": leave});
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.request_as_is("tools/call", with_capabilities(params, may_ask.clone())).await.unwrap()
    };
    let asked = send(&staff, json!({})).await;
    assert!(world.data().join("seal.key").exists());
    let copy = embedded();
    let ran = world.run_staff(&["backup", copy.data().to_str().unwrap()]).await;
    assert_eq!((ran.code, ran.stdout.contains("left out seal.key")), (Some(0), true), "{ran:?}");
    assert!(!copy.data().join("seal.key").exists());
    let restored = copy.staff();
    let yes = json!({"requestState": asked["result"]["requestState"], "inputResponses": {"person": {"action": "accept"}}});
    let told = send(&restored, yes).await;
    assert_eq!(told["error"]["code"], -32602, "{told}");
    assert_eq!(send(&restored, json!({})).await["result"]["resultType"], "input_required");
    assert_eq!(copy.payments_taken("BK-0001"), 0);
}

/// What all servers of the folder agree on is part of it: a copy that is put back charges no other currency.
#[tokio::test]
async fn a_copy_has_the_zone_the_currency_and_the_hours_too() {
    let world = embedded().with_env("HOTEL_CURRENCY", "eur");
    tidy(&world.staff(), "106", "Vacant").await.data();
    let copy = embedded();
    let ran = world.run_staff(&["backup", copy.data().to_str().unwrap()]).await;
    assert_eq!((ran.code, ran.stdout.contains("hotel.json")), (Some(0), true), "{ran:?}");
    let rules = |world: &World| std::fs::read_to_string(world.data().join("hotel.json")).unwrap();
    assert_eq!(rules(&copy), rules(&world));
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    for folder in [&world, &copy] {
        let other = folder.start("staff-server", &[], &[("HOTEL_CURRENCY", "usd")]);
        let told = other.call("process_guest_checkout", out.clone()).await;
        assert_eq!(
            (told.code(), &told.details()["currency_of_records"]),
            ("CURRENCY_MISMATCH", &json!("EUR"))
        );
    }
}
