//! Which currencies the hotel can be run in. Amounts are whole cents everywhere, so a currency must have two decimals.
//!
//! What counts is how Stripe reads an amount, which is not ISO 4217 throughout (to ISO the ariary has two decimals, to
//! Stripe none). So: what cards can be charged in (<https://docs.stripe.com/currencies#presentment-currencies>) without the
//! zero-decimal and three-decimal currencies and those that are written with decimals they do not have (ISK, UGX).

const WITH_CENTS: &str = "\
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf \
    cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils \
    inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad \
    ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std \
    szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw";

/// Whether an amount in this currency, a code in lower case, is whole cents.
pub(super) fn has_cents(code: &str) -> bool {
    WITH_CENTS.split_ascii_whitespace().any(|known| known == code)
}
