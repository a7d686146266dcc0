//! The currencies the hotel can use. Amounts are whole cents everywhere, so a currency must have two decimals.
//!
//! Stripe's reading of an amount counts, which differs from ISO 4217 (to ISO the ariary has two decimals, to Stripe
//! none). So: the currencies of card charges (<https://docs.stripe.com/currencies#presentment-currencies>) without
//! the zero-decimal and three-decimal ones and those written with decimals they do not have (ISK, UGX).

const WITH_CENTS: &str = "\
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf \
    cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils \
    inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad \
    ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std \
    szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw";

/// Whether amounts in this currency, a code in lower case, are whole cents.
pub(super) fn has_cents(code: &str) -> bool {
    WITH_CENTS.split_ascii_whitespace().any(|known| known == code)
}
