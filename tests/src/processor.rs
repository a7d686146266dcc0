//! Events at the payment processor that the hotel does not cause: banks, the dashboard, other applications. They work on
//! every backend.

use crate::World;
use rusqlite::params;

impl World {
    /// The ids of a booking's intents, oldest first.
    ///
    /// # Panics
    /// When they cannot be read.
    #[must_use]
    pub fn intents(&self, booking: &str) -> Vec<String> {
        self.list("payments.db", "SELECT id FROM intents WHERE booking = ? ORDER BY rowid", [booking])
    }

    /// The refunds of an intent with their states, oldest first.
    #[must_use]
    pub fn refund_states(&self, intent: &str) -> Vec<String> {
        self.list("payments.db", "SELECT status FROM refunds WHERE intent = ? ORDER BY rowid", [intent])
    }

    /// Why the refunds of an intent were made, oldest first.
    #[must_use]
    pub fn refund_reasons(&self, intent: &str) -> Vec<Option<String>> {
        self.list("payments.db", "SELECT why FROM refunds WHERE intent = ? ORDER BY rowid", [intent])
    }

    /// Sets the statuses of the next refunds, one after the other.
    pub fn refunds_are_born(&self, statuses: &[&str]) {
        match self.systems() {
            Some(systems) => systems.stripe.refunds_are_born(statuses),
            None => statuses.iter().for_each(|status| {
                self.alter("payments.db", "INSERT INTO next_refunds (status) VALUES (?)", [status]);
            }),
        }
    }

    /// Sets the final status of an intent's last refund: succeeded, failed or canceled.
    ///
    /// # Panics
    /// When there is none.
    pub fn refund_becomes(&self, intent: &str, status: &str) {
        let sql =
            "UPDATE refunds SET status = ?2 WHERE rowid = (SELECT max(rowid) FROM refunds WHERE intent = ?1)";
        let Some(systems) = self.systems() else { return self.alter("payments.db", sql, [intent, status]) };
        let refunds = systems.stripe.refunds();
        let last = refunds.iter().rev().find(|refund| refund["payment_intent"] == intent).expect("a refund");
        let id = last["id"].as_str().expect("an id");
        match status {
            "succeeded" => systems.stripe.settle_refund(id),
            "failed" => systems.stripe.fail_refund(id),
            _ => systems.stripe.cancel_refund(id),
        }
    }

    /// The guest disputes the charge.
    pub fn is_disputed(&self, intent: &str) {
        match self.systems() {
            Some(systems) => systems.stripe.dispute(intent),
            None => self.alter("payments.db", "UPDATE intents SET disputed = 1 WHERE id = ?", [intent]),
        }
    }

    /// Somebody refunds a part in the dashboard.
    pub fn gives_back_by_hand(&self, intent: &str, cents: i64) {
        let sql = "INSERT INTO refunds (id, intent, amount_cents, created_at) \
                   SELECT 're_by_hand', id, ?2, created_at FROM intents WHERE id = ?1";
        match self.systems() {
            Some(systems) => systems.stripe.refund_by_hand(intent, cents),
            None => self.alter("payments.db", sql, params![intent, cents]),
        }
    }

    /// The processor does not accept this e-mail.
    pub fn processor_refuses(&self, email: &str) {
        match self.systems() {
            Some(systems) => systems.stripe.refuses_email(email),
            None => self.alter("payments.db", "INSERT INTO emails_not_taken VALUES (?)", [email]),
        }
    }

    /// Another application has made a customer with this e-mail, and saved a card for it. A newer customer with the same
    /// e-mail is the one that the e-mail leads to. Returns the card.
    #[must_use]
    pub fn card_saved_elsewhere(&self, email: &str, behaves_as: &str) -> String {
        if let Some(systems) = self.systems() {
            let owner = systems.stripe.knows(email);
            systems.stripe.knows(email);
            return systems.stripe.saves_card(&owner, behaves_as);
        }
        let customer = "INSERT INTO customers (id, email, name) VALUES (?1, ?2, '')";
        self.alter("payments.db", customer, ["cus_elsewhere", email]);
        self.alter("payments.db", customer, ["cus_newer", email]);
        let card =
            "INSERT INTO saved_methods (id, customer, behaves_as) VALUES ('pm_saved', 'cus_elsewhere', ?)";
        self.alter("payments.db", card, [behaves_as]);
        "pm_saved".to_owned()
    }
}
