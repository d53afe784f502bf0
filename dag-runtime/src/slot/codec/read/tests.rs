use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Debug;
use core::net::{IpAddr, Ipv6Addr};
use core::time::Duration;

use proptest::prelude::*;
use serde::Serialize;

use super::super::check;
use super::super::write::write;
use super::*;

fn comes_back<O: Serialize + Deserialize<'static> + PartialEq + Debug>(output: O) {
    let mut bytes = postcard::to_allocvec(&output).unwrap();
    let mut own = Vec::new();
    write(&output, &mut own).unwrap();
    assert_eq!(own, bytes);
    assert_eq!(read::<O>(&bytes).unwrap(), output);
    check::write(&output, &mut own).unwrap();
    assert_eq!(own, bytes.repeat(2));
    bytes.push(0);
    assert!(read::<O>(&bytes).unwrap_err().to_string().starts_with("1 bytes are left over"));
    if bytes.len() > 1 {
        bytes.truncate(bytes.len() - 2);
        assert!(read::<O>(&bytes).is_err(), "the last byte of {output:?} is missing");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_postcard_writes_is_read(
        small: (u8, i8, bool, char),
        unsigned: (u16, u32, u64, u128),
        signed: (i16, i32, i64, i128),
        floats: (Option<f32>, f64),
        texts: Vec<String>,
        entries: BTreeMap<String, (u64, Option<bool>)>,
        variants: Vec<Result<u32, String>>,
    ) {
        comes_back(small);
        comes_back(unsigned);
        comes_back(signed);
        comes_back(floats);
        comes_back(texts);
        comes_back(entries);
        comes_back(variants);
    }
}

#[test]
fn types_that_ask_for_a_reference_and_take_none_are_read() {
    comes_back(Cow::Borrowed("own"));
    comes_back(vec![IpAddr::V6(Ipv6Addr::LOCALHOST)]);
    comes_back((Box::<str>::from("boxed"), Duration::from_millis(1500), ()));
    comes_back([u64::MAX, 0]);
    comes_back([i64::MIN, i64::MAX]);
}

#[test]
fn a_reference_is_not_read() {
    let bytes = postcard::to_allocvec("lent").unwrap();
    assert_eq!(
        read::<&'static str>(&bytes).unwrap_err().to_string(),
        "invalid type: string \"lent\", expected a borrowed string: what crosses ranks must own its parts, \
         as a `String` does"
    );
    assert!(borrows::<&str>() && borrows::<Vec<(u32, Option<&[u8]>)>>());
    assert!(!borrows::<String>() && !borrows::<Cow<'_, str>>());
}

#[test]
fn numbers_that_are_too_large_are_errors() {
    let error = |bytes: &[u8]| read::<u16>(bytes).unwrap_err().to_string();
    assert_eq!(read::<u16>(&[0xff, 0xff, 0x03]).unwrap(), u16::MAX);
    assert_eq!(error(&[0xff, 0xff, 0x04]), "a number has more than 16 bits");
    assert_eq!(error(&[0xff, 0xff, 0x83, 0]), "a number has more than 16 bits");
    assert!(error(&[0xff]).starts_with("the bytes end too early"));
}
