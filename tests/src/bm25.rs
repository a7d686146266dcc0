//! BM25 as textbooks have it: how clients that search for tools rank them. Words are runs of letters and digits in lower
//! case; nothing is stemmed and no word is left out.

use std::collections::{HashMap, HashSet};

/// How soon further mentions of a word stop to count.
const K1: f64 = 1.2;
/// How much a long document is discounted.
const B: f64 = 0.75;

/// Documents by how often each says what.
pub struct Bm25 {
    documents: Vec<HashMap<String, f64>>,
    lengths: Vec<f64>,
    mean_length: f64,
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let lower = text.to_lowercase();
    let words: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.into_iter()
}

impl Bm25 {
    /// An index of documents.
    #[must_use]
    pub fn of(texts: &[String]) -> Self {
        let mut documents = vec![];
        let mut lengths = vec![];
        for text in texts {
            let mut document = HashMap::new();
            for word in words(text) {
                *document.entry(word).or_insert(0.0) += 1.0;
            }
            lengths.push(document.values().sum::<f64>());
            documents.push(document);
        }
        let mean_length = lengths.iter().sum::<f64>() / number(lengths.len()).max(1.0);
        Self { documents, lengths, mean_length }
    }

    /// The documents by number, best first; of equally good ones the first comes first.
    #[must_use]
    pub fn ranked(&self, asked: &str) -> Vec<usize> {
        let asked: Vec<String> = words(asked).collect();
        let rarities: HashMap<&str, f64> = asked
            .iter()
            .map(String::as_str)
            .collect::<HashSet<_>>()
            .into_iter()
            .map(|word| (word, self.rarity(word)))
            .collect();
        let score = |document: usize| -> f64 {
            asked.iter().map(|word| rarities[word.as_str()] * self.weight(document, word)).sum()
        };
        let scores: Vec<f64> = (0..self.documents.len()).map(score).collect();
        let mut order: Vec<usize> = (0..self.documents.len()).collect();
        order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
        order
    }

    fn rarity(&self, word: &str) -> f64 {
        let having = number(self.documents.iter().filter(|document| document.contains_key(word)).count());
        (1.0 + (number(self.documents.len()) - having + 0.5) / (having + 0.5)).ln()
    }

    fn weight(&self, document: usize, word: &str) -> f64 {
        let often = self.documents[document].get(word).copied().unwrap_or_default();
        let length = self.lengths[document] / self.mean_length;
        often * (K1 + 1.0) / (often + K1 * (1.0 - B + B * length))
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_that_says_the_rarer_word_comes_first() {
        let texts = ["book a room", "clean a room", "look up a payment"].map(str::to_owned);
        let index = Bm25::of(&texts);
        assert_eq!(index.ranked("Clean the room, please!")[0], 1);
        assert_eq!(index.ranked("a PAYMENT")[0], 2);
        assert_eq!(index.ranked("nothing of all that"), [0, 1, 2]);
    }
}
