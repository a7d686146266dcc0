//! The list of an hour: it is kept in parts, and read as one.

use super::super::wire::{HOUR, ListQuery, Row, list};
use super::RemoteTrail;
use crate::saga::SagaError;
use futures_util::future::try_join_all;
use std::cmp::Reverse;

/// An hour of which there are calls: the names of its parts, at least one.
pub(super) struct Hour(Vec<String>);

impl Hour {
    pub(super) fn name(&self) -> &str {
        &self.0[0][..HOUR]
    }
}

/// Groups the names of parts, newest first, by their hour.
fn by_hour(parts: Vec<String>) -> Vec<Hour> {
    let mut hours: Vec<Hour> = vec![];
    for part in parts {
        match hours.last_mut().filter(|hour| part.get(..HOUR) == Some(hour.name())) {
            Some(hour) => hour.0.push(part),
            None => hours.push(Hour(vec![part])),
        }
    }
    hours
}

/// The rows of several parts, newest first.
fn merged(parts: Vec<Vec<Row>>) -> Vec<Row> {
    let mut rows: Vec<Row> = parts.into_iter().flatten().collect();
    rows.sort_by_cached_key(|row| Reverse(row.place()));
    rows
}

impl RemoteTrail {
    /// The hours of which there are calls, newest first.
    pub(super) async fn hours(&self) -> Result<Vec<Hour>, SagaError> {
        Ok(by_hour(self.ask(&format!("Trail/{}/marks", list(&self.hotel, "parts", "")), &()).await?))
    }

    /// Rows that fit, newest first, hour by hour.
    pub(super) async fn found_by_hour(&self, mut query: ListQuery) -> Result<Vec<Row>, SagaError> {
        let mut found = vec![];
        let hour_of = |place: &Option<String>| place.as_ref().map(|place| place[..HOUR].to_owned());
        let (last, first) = (hour_of(&query.before), hour_of(&query.from));
        for hour in self.hours().await? {
            if last.as_ref().is_some_and(|last| hour.name() > last.as_str()) {
                continue;
            }
            if query.limit == 0 || first.as_ref().is_some_and(|first| hour.name() < first.as_str()) {
                break;
            }
            let lists: Vec<_> = hour.0.iter().map(|part| list(&self.hotel, "hour", part)).collect();
            let mut rows = merged(try_join_all(lists.iter().map(|list| self.rows(list, &query))).await?);
            rows.truncate(query.limit);
            query.limit -= rows.len();
            found.extend(rows);
        }
        Ok(found)
    }

    /// All rows of an hour that fit, newest first.
    pub(super) async fn all_of_hour(&self, hour: &Hour, query: &ListQuery) -> Result<Vec<Row>, SagaError> {
        let lists: Vec<_> = hour.0.iter().map(|part| list(&self.hotel, "hour", part)).collect();
        Ok(merged(try_join_all(lists.iter().map(|list| self.all_rows(list, query))).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_belong_to_their_hour_and_the_order_stays() {
        let parts = ["2026-11-28T10-7", "2026-11-28T10-0", "2026-11-28T09-3"].map(str::to_owned).to_vec();
        let hours: Vec<_> =
            by_hour(parts).into_iter().map(|hour| (hour.name().to_owned(), hour.0.len())).collect();
        assert_eq!(hours, [("2026-11-28T10".to_owned(), 2), ("2026-11-28T09".to_owned(), 1)]);
    }
}
