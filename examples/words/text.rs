//! What a word is.

/// The words of a text, in lower case: runs of letters, and of apostrophes between letters.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let runs = text.split(|letter: char| !(letter.is_alphabetic() || is_apostrophe(letter)));
    let words = runs.map(|run| run.trim_matches(is_apostrophe)).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().replace('\u{2019}', "'"))
}

/// Typed or typeset.
fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_apostrophes_between_them() {
        for (text, expected) in [
            ("Four score--and 7 years", vec!["four", "score", "and", "years"]),
            ("\"'Tis some visitor,\" I said", vec!["tis", "some", "visitor", "i", "said"]),
            ("It's, it\u{2019}s", vec!["it's", "it's"]),
            ("ÉTÉ où\nStraße", vec!["été", "où", "straße"]),
            (" '' - ", vec![]),
        ] {
            assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
