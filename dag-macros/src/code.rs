//! A hash of tokens, to know whether code is the same.
//!
//! Macros run without optimisation in most builds, so tokens are gathered as bytes, and these are hashed with few steps.
//! Nobody chooses tokens to make two hashes equal: it need not be a cryptographic one.

use proc_macro2::{Delimiter, Ident, Literal, Spacing, TokenStream, TokenTree};

/// Two characters that mean something else when they stand together.
const OPERATORS: [&[u8; 2]; 21] = [
    b"!=", b"%=", b"&&", b"&=", b"*=", b"+=", b"-=", b"->", b"..", b".=", b"/=", b"::", b"<<", b"<=", b"==",
    b"=>", b">=", b">>", b"^=", b"|=", b"||",
];

/// Tokens that count, as bytes.
#[derive(Default)]
pub(crate) struct Tokens(Vec<u8>);

impl Tokens {
    /// Adds an expression. `place` may take a name, which then counts by where it stands.
    pub(crate) fn expression(&mut self, tokens: TokenStream, place: &mut dyn FnMut(&Ident) -> bool) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        for (i, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Ident(name) if place(name) => self.0.push(b'p'),
                TokenTree::Ident(name) => self.name(name),
                TokenTree::Literal(literal) => self.literal(literal),
                TokenTree::Punct(_) => self.sign(&trees, i),
                // It is not written.
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                    self.expression(group.stream(), place);
                }
                TokenTree::Group(group) => {
                    self.open(group.delimiter());
                    self.expression(group.stream(), place);
                    self.close(group.delimiter());
                }
            }
        }
    }

    pub(crate) fn name(&mut self, name: &Ident) {
        self.text(b'i', &name.to_string());
    }

    pub(crate) fn literal(&mut self, literal: &Literal) {
        self.text(b'l', &literal.to_string());
    }

    fn text(&mut self, kind: u8, text: &str) {
        self.0.push(kind);
        self.0.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds the sign at this place, and whether the next one belongs to it.
    pub(crate) fn sign(&mut self, trees: &[TokenTree], i: usize) {
        let TokenTree::Punct(punct) = &trees[i] else { return };
        let mut letters = [0; 4];
        self.0.extend_from_slice(punct.as_char().encode_utf8(&mut letters).as_bytes());
        if punct.spacing() == Spacing::Alone {
            return;
        }
        if let Some(TokenTree::Punct(next)) = trees.get(i + 1) {
            let (first, second) = (punct.as_char(), next.as_char());
            if OPERATORS.iter().any(|pair| char::from(pair[0]) == first && char::from(pair[1]) == second) {
                self.0.push(b'_');
            }
        }
    }

    /// Begins what is in a group.
    pub(crate) fn open(&mut self, delimiter: Delimiter) {
        self.0.push(signs(delimiter).0);
    }

    /// Ends what is in a group.
    pub(crate) fn close(&mut self, delimiter: Delimiter) {
        self.0.push(signs(delimiter).1);
    }

    /// The hash of all that was added.
    pub(crate) fn hash(mut self) -> u128 {
        hash(&mut self.0)
    }
}

fn signs(delimiter: Delimiter) -> (u8, u8) {
    match delimiter {
        Delimiter::Parenthesis => (b'(', b')'),
        Delimiter::Bracket => (b'[', b']'),
        Delimiter::Brace => (b'{', b'}'),
        Delimiter::None => (b'\\', b'`'),
    }
}

/// A hash for bytes that nobody chooses to make two hashes equal. Each step is a bijection of the state.
fn hash(bytes: &mut Vec<u8>) -> u128 {
    const FACTOR: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let mut state = bytes.len() as u128;
    bytes.resize(bytes.len().next_multiple_of(16), 0);
    for chunk in bytes.chunks_exact(16) {
        let mut word = [0; 16];
        word.copy_from_slice(chunk);
        state = (state ^ u128::from_le_bytes(word)).wrapping_mul(FACTOR);
        state ^= state >> 61;
    }
    state = state.wrapping_mul(FACTOR);
    state ^ state >> 67
}
