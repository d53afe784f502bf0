//! A hash of tokens, to know whether code is the same.
//!
//! Macros run without optimisation in most builds, so it takes few steps for each token. Nobody chooses tokens to
//! make two hashes equal: it need not be a cryptographic one.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// The hash of some code, while it is computed.
pub(crate) struct Code(u64, u64);

impl Code {
    pub(crate) fn new() -> Self {
        Code(0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f)
    }

    /// Adds an expression. `place` may take a name, which then counts by where it stands.
    pub(crate) fn expression(&mut self, tokens: TokenStream, place: &mut dyn FnMut(&Ident) -> bool) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) if place(&name) => self.word(1),
                TokenTree::Ident(name) => self.text(2, &name.to_string()),
                TokenTree::Literal(literal) => self.text(3, &literal.to_string()),
                // Whether the next sign belongs to this one changes what they mean.
                TokenTree::Punct(punct) => {
                    let joint = u64::from(punct.spacing() == Spacing::Joint);
                    self.word(4 + (joint << 8) + (u64::from(u32::from(punct.as_char())) << 16));
                }
                TokenTree::Group(group) => {
                    let delimiter = match group.delimiter() {
                        Delimiter::Parenthesis => 5,
                        Delimiter::Brace => 6,
                        Delimiter::Bracket => 7,
                        Delimiter::None => {
                            // It is not written.
                            self.expression(group.stream(), place);
                            continue;
                        }
                    };
                    self.word(delimiter);
                    self.expression(group.stream(), place);
                    self.word(8);
                }
            }
        }
    }

    fn text(&mut self, kind: u64, text: &str) {
        self.word(kind + ((text.len() as u64) << 8));
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.1 = (self.1.rotate_left(29) ^ self.0 ^ word).wrapping_mul(0xd6e8_feb8_6659_fd93);
    }

    pub(crate) fn finish(&self) -> u128 {
        u128::from(self.0 ^ (self.0 >> 29)) << 64 | u128::from(self.1 ^ (self.1 >> 32))
    }
}
