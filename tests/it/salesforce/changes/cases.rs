//! Cases: opened, edited, moved, closed.

use super::{Both, key, room, today, towels};
use ::skills::SkillError;
use ::skills::operations::cases::{ChangeCase, MoveCase};
use ::skills::records::Look;
use ::skills::words::{CaseNumber, CaseStatus, CaseType, LongText};

#[tokio::test]
async fn cases_are_opened_edited_and_closed_as_in_the_embedded_hotel() {
    let both = Both::new();
    let made = both.done("k1", &[towels("case-1").into()]).await;
    let again = both.done("k2", &[towels("case-1").into()]).await;
    assert_eq!((again.case_number.as_ref(), again.created), (made.case_number.as_ref(), false));
    let (a, b) = (made.case_number.unwrap(), again_here(&both).await);
    let hotels = [(&both.there, a), (&both.here, b)];
    let mut cases = vec![];
    for (hotel, number) in hotels {
        let go = |from: CaseStatus, to| MoveCase {
            case: number.clone(),
            from: from.into(),
            to,
            at: jiff::Timestamp::now(),
        };
        let edit = ChangeCase {
            case: number.clone(),
            expect: CaseStatus::New.into(),
            case_type: Some(CaseType::Concierge),
            priority: None,
            room: Some(room("202")),
            description: Some(LongText::new("Tickets").unwrap()),
        };
        let both = [edit.into(), go(CaseStatus::New, CaseStatus::Working).into()];
        hotel.crm.commit(&key("e1"), &both, false).await.expect("edited and moved");
        let refused =
            hotel.crm.commit(&key("e2"), &[go(CaseStatus::New, CaseStatus::Closed).into()], false).await;
        assert!(matches!(refused, Err(SkillError::MovedOn(_))), "{refused:?}");
        hotel
            .crm
            .commit(&key("e3"), &[go(CaseStatus::Working, CaseStatus::Closed).into()], false)
            .await
            .expect("closed");
        let look = Look { case: Some(number), ..Look::on(today(hotel)) };
        let case = hotel.crm.look(&look).await.unwrap().case.expect("a case");
        assert!(case.closed_at.is_some());
        cases.push((
            case.case_type,
            case.status,
            case.priority,
            case.subject,
            case.description,
            case.room,
            case.guest,
        ));
    }
    assert_eq!(cases[0], cases[1]);
}

async fn again_here(both: &Both) -> CaseNumber {
    let here = both.here.crm.commit(&key("k3"), &[towels("case-1").into()], false).await;
    here.expect("a case").case_number.expect("a number")
}

/// The org may end the lines of a long text its own way.
#[tokio::test]
async fn what_is_sent_again_is_known_by_its_text_however_its_lines_end() {
    let both = Both::new();
    let (hotel, fake) = (&both.there, &both.org.fake);
    let number = both.done("k1", &[towels("case-1").into()]).await.case_number.expect("a number");
    let edit = ChangeCase {
        case: number.clone(),
        expect: CaseStatus::New.into(),
        case_type: None,
        priority: None,
        room: None,
        description: Some(LongText::new("Towels.\nTwo of them. ").unwrap()),
    };
    let go = MoveCase {
        case: number.clone(),
        from: CaseStatus::New.into(),
        to: CaseStatus::Working,
        at: jiff::Timestamp::now(),
    };
    let changes = [edit.into(), go.into()];
    hotel.crm.commit(&key("e1"), &changes, false).await.expect("edited and moved");
    let id = both.org.text("Case", ("External_ID__c", "case-1"), "Id");
    fake.poke(&id, "Description", "Towels.\r\nTwo of them.".into());
    hotel.crm.commit(&key("e1"), &changes, true).await.expect("it has taken effect");
    let look = Look { case: Some(number), ..Look::on(today(hotel)) };
    let case = hotel.crm.look(&look).await.unwrap().case.expect("a case");
    assert_eq!(case.description, "Towels.\nTwo of them.");
}
