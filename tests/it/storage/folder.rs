//! The folder as a whole: what is written goes into the file that was opened, and a file that was lost is not made anew
//! beside the others.

use super::{embedded, is_read, out_of_order, tidy};
use serde_json::json;
use tests::World;

async fn written_to() -> World {
    let world = embedded();
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let ran = world.run_staff(&["call", "process_guest_checkout", &out.to_string()]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    world
}

#[cfg(unix)]
/// How a file is lost.
type Lose = fn(&std::path::Path);

#[tokio::test]
async fn nothing_is_acknowledged_into_a_folder_that_was_replaced_or_removed() {
    for replaced in [true, false] {
        let world = embedded();
        let staff = world.staff();
        tidy(&staff, "106", "Vacant").await.data();
        let aside = world.data().with_extension("aside");
        std::fs::rename(world.data(), &aside).unwrap();
        if replaced {
            std::fs::create_dir(world.data()).unwrap();
            for file in std::fs::read_dir(&aside).unwrap().map(|file| file.unwrap()) {
                std::fs::copy(file.path(), world.data().join(file.file_name())).unwrap();
            }
        }
        let told = tidy(&staff, "206", "Vacant").await;
        assert_eq!(out_of_order(&told), (500, false, "journal.db".to_owned()));
        let reason = told.details()["reason"].as_str().unwrap();
        assert!(reason.contains(if replaced { "replaced" } else { "removed" }), "{reason}");
        is_read(&staff).await;
    }
}

#[tokio::test]
async fn a_hotel_that_was_lost_is_not_made_anew_beside_its_calls() {
    let lost: [(&str, Lose); 2] = [
        ("missing", |file| std::fs::remove_file(file).unwrap()),
        ("empty", |file| std::fs::write(file, "").unwrap()),
    ];
    for (how, lose) in lost {
        for file in ["hotel.db", "payments.db", "messages.db"] {
            let world = written_to().await;
            lose(&world.data().join(file));
            let says = format!("{file} is {how}");
            for (arguments, code) in
                [(&[][..], 2), (&["call", "search_contacts"], 2), (&["reconcile"], 1), (&["doctor"], 1)]
            {
                let ran = world.run_staff(arguments).await;
                assert_eq!(ran.code, Some(code), "{arguments:?} without {file}: {ran:?}");
                assert!(format!("{}{}", ran.stdout, ran.stderr).contains(&says), "{says}: {ran:?}");
            }
            let size = std::fs::metadata(world.data().join(file)).map(|found| found.len());
            assert_eq!(size.unwrap_or(0), 0, "{file} was not made anew");
        }
    }
}

#[tokio::test]
async fn a_hotel_nobody_has_written_to_may_be_lost() {
    let world = embedded();
    is_read(&world.staff()).await;
    std::fs::remove_file(world.data().join("hotel.db")).unwrap();
    is_read(&world.staff()).await;
}

#[tokio::test]
async fn the_number_of_a_booking_that_was_paid_for_is_never_given_again() {
    let world = embedded();
    let stay = |guest: &str, room: &str| {
        json!({"guest_email": guest, "room_number": room, "check_in_date": tests::day(0),
            "check_out_date": tests::day(1)})
    };
    let before = world.data().with_extension("before");
    assert_eq!(
        world.run_staff(&["backup", before.to_str().unwrap()]).await.code,
        Some(2),
        "nothing to copy yet"
    );
    tidy(&world.staff(), "106", "Vacant").await.data();
    assert_eq!(world.run_staff(&["backup", before.to_str().unwrap()]).await.code, Some(0));
    let staff = world.staff();
    let patrick = "patrick.obrien@example.com";
    assert_eq!(staff.call("create_booking", stay(patrick, "104")).await.data()["booking_number"], "BK-0011");
    staff.done("check_in_guest", json!({"guest_email": patrick})).await;
    let pays = json!({"guest_email": patrick, "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", pays).await;
    staff.close().await;
    for file in ["hotel.db-wal", "hotel.db-shm"] {
        let _ = std::fs::remove_file(world.data().join(file)); // there or not
    }
    std::fs::copy(before.join("hotel.db"), world.data().join("hotel.db")).unwrap();
    let told = world.staff().call("create_booking", stay("soojin.kim@example.com", "105")).await;
    assert_eq!(told.data()["booking_number"], "BK-0012");
}
