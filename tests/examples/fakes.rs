//! Starts the fakes for a person, or for a client that others wrote, and prints the variables that connect a server to them.
//!
//!     cargo run -p tests --example fakes            the seeded hotel
//!     cargo run -p tests --example fakes untidy     an org as others left it; `empty`: with nothing in it
//!
//! They end with their input (Ctrl-D) or with Ctrl-C.

use std::io::{Read, Write};
use tests::fakes::{Data, Salesforce, Stripe, Twilio};

fn main() -> std::io::Result<()> {
    let data = match std::env::args().nth(1).as_deref() {
        None | Some("hotel") => Data::Hotel,
        Some("untidy") => Data::Untidy,
        Some("empty") => Data::Empty,
        Some(other) => return Err(std::io::Error::other(format!("{other}: hotel, untidy or empty"))),
    };
    let salesforce = Salesforce::with(data);
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
