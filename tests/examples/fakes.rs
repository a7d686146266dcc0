//! Starts the fakes for a person, or for a client that others wrote, and prints the variables that connect a server to them.
//!
//!     cargo run -p tests --example fakes            the seeded hotel
//!     cargo run -p tests --example fakes untidy     an org as others left it; `empty`: with nothing in it; `bare`: one that nobody
//!                                                   has deployed the hotel's objects to
//!
//! Whoever logs in to the org may do everything there. They end with their input (Ctrl-D) or with Ctrl-C.

use std::io::{Read, Write};
use tests::fakes::{Data, Salesforce, Stripe, Twilio};

fn main() -> std::io::Result<()> {
    let salesforce = match std::env::args().nth(1).as_deref() {
        None | Some("hotel") => Salesforce::for_an_administrator(Data::Hotel),
        Some("untidy") => Salesforce::for_an_administrator(Data::Untidy),
        Some("empty") => Salesforce::for_an_administrator(Data::Empty),
        Some("bare") => Salesforce::bare(),
        Some(other) => return Err(std::io::Error::other(format!("{other}: hotel, untidy, empty or bare"))),
    };
    let (stripe, twilio) = (Stripe::start(), Twilio::start());
    let variables = salesforce.env().into_iter().chain(stripe.env()).chain(twilio.env());
    let mut out = std::io::stdout().lock();
    for (name, value) in variables {
        writeln!(out, "{name}={value}")?;
    }
    writeln!(out)?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut vec![])?;
    Ok(())
}
