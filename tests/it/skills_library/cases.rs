//! Cases: written once per key, found, moved, changed.

use super::{BETH, booking, done, email, key, refused, room, text};
use ::skills::ErrorCode;
use ::skills::operations::cases::{ChangeCase, FindCase, MoveCase, UpsertCase};
use ::skills::words::{CaseNumber, CaseStatus, CaseType, Origin, Priority};
use tests::World;

#[tokio::test]
async fn a_case_is_written_once_per_key_moved_and_changed() {
    let world = World::new();
    let hotel = world.hotel();
    let new = UpsertCase {
        external_id: key("case-1"),
        guest: Some(email(BETH)),
        room: Some(room("201")),
        booking: Some(booking("BK-0001")),
        case_type: CaseType::RoomService,
        priority: Priority::Low,
        origin: Origin::Phone,
        description: text(&"ü".repeat(300)),
        opened_at: jiff::Timestamp::now(),
    };
    let made = done(&hotel, "k1", new.clone()).await;
    let number: CaseNumber = made.case_number.clone().expect("a number");
    let at = jiff::Timestamp::now();
    let go = |from: CaseStatus, to| MoveCase { case: number.clone(), from: from.into(), to, at };
    done(&hotel, "k2", go(CaseStatus::New, CaseStatus::Working)).await;
    let again = done(&hotel, "k3", new).await;
    assert!(!again.created);
    assert_eq!(again.case_number, made.case_number);
    let case = done(&hotel, "r", FindCase::ExternalId(key("case-1"))).await.expect("by our key");
    assert_eq!(case.status, CaseStatus::Working, "not reset");
    assert_eq!(case.subject, "ü".repeat(255));
    assert_eq!(Some(&case), done(&hotel, "r", FindCase::Number(number.clone())).await.as_ref());

    let edit = ChangeCase {
        case: number.clone(),
        expect: CaseStatus::Working.into(),
        case_type: None,
        priority: Some(Priority::Urgent),
        room: None,
        description: None,
    };
    done(&hotel, "k4", edit.clone()).await;
    assert_eq!(
        refused(&hotel, "k5", go(CaseStatus::New, CaseStatus::Closed)).await,
        ErrorCode::InvalidTransition
    );
    done(&hotel, "k6", go(CaseStatus::Working, CaseStatus::Closed)).await;
    let case = done(&hotel, "r", FindCase::Number(number)).await.expect("a case");
    assert_eq!((case.priority, case.case_type), (Priority::Urgent.into(), CaseType::RoomService.into()));
    assert!(case.closed_at.is_some());
    assert_eq!(refused(&hotel, "k7", edit).await, ErrorCode::InvalidTransition);
}
