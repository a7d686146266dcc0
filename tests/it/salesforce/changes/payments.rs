//! Payments: recorded once, given back once.

use super::{Both, booking, today};
use ::skills::operations::bookings::MoveBooking;
use ::skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use ::skills::operations::payments::{PaymentKind, RecordPayment};
use ::skills::systems::crm::Change;
use ::skills::words::{BookingStatus, Cents, Stage};

#[tokio::test]
async fn payments_are_recorded_as_in_the_embedded_hotel() {
    let both = Both::new();
    let pay = |kind, payment: &str| -> Change {
        RecordPayment {
            booking: booking("BK-0001"),
            payment: payment.to_owned().try_into().unwrap(),
            kind,
            amount: Cents(29_998),
            at: jiff::Timestamp::now(),
            stands_again: false,
        }
        .into()
    };
    let leave: Change = MoveBooking {
        seen: tests::booking_as_seen(&both.here, "BK-0001", BookingStatus::CheckedIn).await,
        to: BookingStatus::CheckedOut,
        departure: Some(today(&both.here).plus_days(-1)),
        today: today(&both.here),
    }
    .into();
    let sale = MoveOpportunity {
        booking: booking("BK-0001"),
        to: Some(Stage::ClosedWon),
        when: When::LastOpenBooking,
        payment: Some("pi_1".to_owned().try_into().unwrap()),
        close_date: Some(today(&both.here)),
        repriced: Some(Repriced { seen: Some(Cents(29_998)), to: Cents(14_999) }),
    };
    both.done("k1", &[leave, sale.into(), pay(PaymentKind::Charge, "pi_1")]).await;
    let stay = both.stay(&booking("BK-0001")).await;
    assert_eq!(stay.payment.as_ref().map(::skills::words::PaymentIntentId::as_str), Some("pi_1"));
    assert_eq!(stay.planned_departure, today(&both.here), "kept");
    both.done("k2", &[pay(PaymentKind::Charge, "pi_1")]).await;
    both.done("k3", &[pay(PaymentKind::Refund, "pi_1")]).await;
    let stay = both.stay(&booking("BK-0001")).await;
    assert_eq!((stay.payment, stay.refunds), (None, 1));
    let rows = both.org.fake.rows("Payment_Transaction__c");
    let ours = rows.iter().filter(|row| row["Stripe_Transaction_ID__c"] == "pi_1");
    assert_eq!(ours.map(|row| row["Amount__c"].as_f64().unwrap()).collect::<Vec<_>>(), [299.98, 299.98]);
}
