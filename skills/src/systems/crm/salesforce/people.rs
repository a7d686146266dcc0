//! Searches people by words in any order. LIKE ignores neither accents nor Unicode forms: the query returns
//! candidates, and this file decides who matches.

mod patterns;

use super::Salesforce;
use super::rows::{self, ContactRow, meant};
use super::searches::{TOTAL_UP_TO, behind, newest_first};
use super::soql::{Condition, Query, all, any, contains, eq, is, like};
use crate::error::SkillError;
use crate::records::{Contact, ContactQuery, Sought};
use crate::words::{ContactType, Cursor, Page, Paged};
use patterns::{of_digits, of_name};

/// How many candidates one round trip reads, and how many round trips one page may take.
const AT_ONCE: usize = 200;
const ROUND_TRIPS: usize = 10;

impl Salesforce {
    pub(super) async fn find_contacts(
        &self,
        query: &ContactQuery,
        page: &Page,
    ) -> Result<Paged<Contact>, SkillError> {
        let mut filter = vec![];
        if let Some(kind) = query.contact_type {
            let mut kinds = vec![eq("Contact_Type__c", kind.as_str())];
            if kind == ContactType::Guest {
                kinds.push(eq("Contact_Type__c", None::<&str>)); // no value counts as this type
            }
            filter.push(any(kinds));
        }
        match &query.sought {
            None => {
                let list = newest_first(&rows::CONTACT, filter, page)?;
                let (part, _) = self.page::<ContactRow>(list, page, vec![]).await?;
                let items = meant(&part.rows, |row| &row.id, ContactRow::contact);
                Ok(part.paged(items))
            }
            Some(sought) => self.find_meant(sought, filter, page).await,
        }
    }

    /// The people who match, out of the candidates. If there are few candidates, one read returns all matches and
    /// their number.
    async fn find_meant(
        &self,
        sought: &Sought,
        mut filter: Vec<Condition>,
        page: &Page,
    ) -> Result<Paged<Contact>, SkillError> {
        filter.push(may_be_meant(sought));
        let (limit, after) = (usize::from(page.limit.get()), behind(page)?);
        let mut rows = self.may_be(&filter, None).await?;
        let all = rows.len() < AT_ONCE;
        let total = all.then(|| people(&rows, sought).len()).filter(|total| *total <= TOTAL_UP_TO);
        let seen = page.cursor.as_ref().map(|cursor| rows.iter().position(|row| row.id == cursor.key()));
        match seen {
            None => {}
            Some(Some(at)) if all => drop(rows.drain(..=at)),
            Some(_) => rows = self.may_be(&filter, after).await?,
        }
        let mut found = people(&rows, sought);
        for _ in 1..ROUND_TRIPS {
            if rows.len() < AT_ONCE || found.len() > limit {
                break;
            }
            let after = rows.last().map(|row| is("Id", "<", row.id.as_str()));
            let more = self.may_be(&filter, after).await?;
            found.extend(people(&more, sought));
            rows = more;
        }
        let go_on = if found.len() > limit {
            found.truncate(limit);
            found.last().map(|(id, _)| id.clone())
        } else {
            rows.last().filter(|_| !all && rows.len() == AT_ONCE).map(|row| row.id.clone())
        };
        Ok(Paged {
            items: found.into_iter().map(|(_, person)| person).collect(),
            total: total.map(|total| total as u64),
            next_cursor: go_on.as_deref().map(Cursor::after),
        })
    }

    async fn may_be(
        &self,
        filter: &[Condition],
        after: Option<Condition>,
    ) -> Result<Vec<ContactRow>, SkillError> {
        let filter = filter.iter().cloned().chain(after).collect();
        let query = Query::rows(&rows::CONTACT, filter).order("Id DESC").limit(AT_ONCE);
        Ok(rows::read(self.client.query(&query).await?))
    }
}

/// The people who match, with their ids.
fn people(rows: &[ContactRow], sought: &Sought) -> Vec<(String, Contact)> {
    let mut people = meant(rows, |row| &row.id, |row| Some((row.id.clone(), row.contact()?)));
    people.retain(|(_, person)| sought.fits(person));
    people
}

/// Condition: a person may have every word, or the phone, as far as LIKE can filter.
fn may_be_meant(sought: &Sought) -> Condition {
    let words = all(sought.words.iter().map(|word| may_have(word)).collect());
    any([words].into_iter().chain(sought.phones.iter().map(|digits| may_have_phone(digits))).collect())
}

fn may_have(word: &str) -> Condition {
    let mut ways: Vec<Condition> = of_name(word).iter().map(|pattern| like("Name", pattern)).collect();
    ways.extend(["Email", "Unique_Email__c"].map(|field| contains(field, word)));
    ways.extend(Sought::digits(word).map(|digits| may_have_phone(&digits)));
    any(ways)
}

fn may_have_phone(digits: &str) -> Condition {
    any(["Phone", "MobilePhone"].map(|field| like(field, &of_digits(digits))).into())
}
