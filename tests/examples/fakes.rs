//! Starts every fake there is and says what a server needs to use them, one variable a line. Ends when its input does.
//!
//!     cargo run -p tests --example fakes
#![allow(clippy::print_stdout)] // this is what it is for

use tests::fakes::{Stripe, Twilio};

fn main() {
    let stripe = Stripe::start();
    let twilio = Twilio::start();
    for (name, value) in stripe.env().into_iter().chain(twilio.env()) {
        println!("{name}={value}");
    }
    println!();
    let mut nothing = String::new();
    while std::io::stdin().read_line(&mut nothing).is_ok_and(|read| read > 0) {}
}
