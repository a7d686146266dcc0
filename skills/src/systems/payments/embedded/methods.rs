//! Stripe's documented test payment methods and what they do (<https://docs.stripe.com/testing>).

use super::super::Card;

/// What a payment method does when it is charged.
pub(super) enum Behaviour {
    Succeeds,
    AsksForAuthentication,
    Declines { code: &'static str, decline_code: Option<&'static str>, message: &'static str },
}

const fn declined(decline_code: &'static str, message: &'static str) -> Behaviour {
    Behaviour::Declines { code: "card_declined", decline_code: Some(decline_code), message }
}

const fn refused(code: &'static str, message: &'static str) -> Behaviour {
    Behaviour::Declines { code, decline_code: Some(code), message }
}

/// What this method does; none if it does not exist.
pub(super) fn behaviour(method: &str) -> Option<Behaviour> {
    let name = method.strip_prefix("pm_card_")?;
    Some(match name {
        // Checks that fail and risks that are seen stop no charge unless the account says so.
        "visa"
        | "visa_debit"
        | "mastercard"
        | "mastercard_debit"
        | "mastercard_prepaid"
        | "amex"
        | "discover"
        | "diners"
        | "jcb"
        | "unionpay"
        | "us"
        | "bypassPending"
        | "pendingRefund"
        | "avsFail"
        | "avsLine1Fail"
        | "avsUnchecked"
        | "avsZipFail"
        | "cvcCheckFail"
        | "riskLevelElevated"
        | "riskLevelHighest"
        | "threeDSecureOptional"
        | "createDispute"
        | "createDisputeInquiry"
        | "createDisputeProductNotReceived"
        | "refundFail" => Behaviour::Succeeds,
        "authenticationRequired"
        | "authenticationRequiredOnSetup"
        | "threeDSecure2Required"
        | "threeDSecureRequired" => Behaviour::AsksForAuthentication,
        "chargeDeclined" | "visa_chargeDeclined" | "chargeCustomerFail" => {
            declined("generic_decline", "The card was declined.")
        }
        "chargeDeclinedInsufficientFunds" | "visa_chargeDeclinedInsufficientFunds" => {
            declined("insufficient_funds", "The card has insufficient funds.")
        }
        "chargeDeclinedLostCard" | "visa_chargeDeclinedLostCard" => {
            declined("lost_card", "The card was declined.")
        }
        "chargeDeclinedStolenCard" | "visa_chargeDeclinedStolenCard" => {
            declined("stolen_card", "The card was declined.")
        }
        "chargeDeclinedFraudulent" | "visa_chargeDeclinedFraudulent" | "radarBlock" => {
            declined("fraudulent", "The card was declined.")
        }
        "chargeDeclinedVelocityLimitExceeded" | "visa_chargeDeclinedVelocityLimitExceeded" => {
            declined("card_velocity_exceeded", "The card was used too often in a short time.")
        }
        "chargeDeclinedExpiredCard" => refused("expired_card", "The card has expired."),
        "chargeDeclinedIncorrectCvc" => refused("incorrect_cvc", "The card's security code is incorrect."),
        "chargeDeclinedProcessingError" => {
            refused("processing_error", "An error occurred while the card was processed.")
        }
        _ => return None,
    })
}

/// The card behind a method; none if the method does not exist.
pub(super) fn card(method: &str) -> Option<Card> {
    behaviour(method)?;
    let name = method.strip_prefix("pm_card_")?;
    let (brand, last4) = match name.split('_').next()? {
        "mastercard" => ("mastercard", "4444"),
        "amex" => ("amex", "8431"),
        "discover" => ("discover", "9424"),
        "diners" => ("diners", "0004"),
        "jcb" => ("jcb", "0505"),
        "unionpay" => ("unionpay", "0005"),
        _ => ("visa", "4242"),
    };
    Some(Card { brand: brand.to_owned(), last4: last4.to_owned() })
}
