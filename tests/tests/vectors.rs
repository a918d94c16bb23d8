//! Every vector gives what it has to give.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics where it fails")]

use std::collections::HashSet;

use jurat_core::{Argument, Cause, Error};
use jurat_tests::model::{Expected, File};
use jurat_tests::runner::{cause_name, run};

fn file() -> File {
    File::parse(include_str!("../vectors/vectors.json")).unwrap()
}

fn status(cause: &str, argument: &str) -> i32 {
    let cause = Cause::ALL.iter().find(|known| cause_name(**known) == cause);
    let argument = Argument::ALL.iter().find(|known| known.text() == argument);
    Error::new(*cause.unwrap(), *argument.unwrap()).status()
}

#[test]
fn every_vector_gives_what_it_has_to_give() {
    let file = file();
    let lines = run(&file);
    assert_eq!(lines.len(), file.vectors.len());
    let mut wrong = Vec::new();
    for (vector, line) in file.vectors.iter().zip(&lines) {
        let (status, text) = match &vector.expected {
            Expected::Output { output } => (0, output.as_str()),
            Expected::Signature { signature } => (0, signature.as_str()),
            Expected::Bytes { bytes } => (0, bytes.as_str()),
            Expected::Refused { cause, argument } => (status(cause, argument), ""),
        };
        let wanted = format!("{} {status} {text}", vector.id).trim_end().to_owned();
        if line.to_string() != wanted {
            wrong.push(format!("wanted: {wanted}\n   got: {line}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} vectors:\n{}", wrong.len(), lines.len(), wrong.join("\n"));
}

#[test]
fn ids_are_unique() {
    let file = file();
    assert_eq!(file.format, 1);
    assert!(!file.vectors.is_empty());
    let ids: HashSet<_> = file.vectors.iter().map(|vector| &vector.id).collect();
    assert_eq!(ids.len(), file.vectors.len());
}
