//! Everybody makes the same assertion, and ours do it without allocating.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use jurat_bench::{CLIENT_ID, Contestant, Fresh, ISSUER, KEY, KEY_ID, Kind, LIFETIME, Source, TYPE, contestants};
use jurat_core::{Es256Signature, SoftwareSigner};
use serde_json::{Value, json};

/// Counts what this thread asks for. What C libraries allocate does not come by here.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get().wrapping_add(1)));
}

// SAFETY: all of it is the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
}

fn check(contestant: &mut Contestant, fresh: Fresh) {
    let name = &contestant.name;
    let is_signed = contestant.kind != Kind::Unsigned;
    let mut shown = 0;
    (contestant.make)(fresh, &mut |assertion| {
        shown += 1;
        let parts: Vec<&str> = assertion.split('.').collect();
        assert_eq!(parts.len(), 3, "{name}");
        assert_eq!(decoded(parts[0]), json!({"alg": "ES256", "typ": TYPE, "kid": KEY_ID}), "{name}");
        let expected = json!({
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": ISSUER,
            "iat": fresh.issued_at,
            "exp": fresh.issued_at + LIFETIME,
            "jti": Base64UrlUnpadded::encode_string(&fresh.random),
        });
        assert_eq!(decoded(parts[1]), expected, "{name}");
        let (message, signature) = assertion.rsplit_once('.').unwrap();
        let signature = Base64UrlUnpadded::decode_vec(signature).unwrap().try_into().unwrap();
        let signature = Es256Signature::from_bytes(signature).unwrap();
        let key = SoftwareSigner::from_scalar(&KEY).unwrap().public_key().unwrap();
        assert_eq!(key.verify(message.as_bytes(), &signature).unwrap(), is_signed, "{name}");
    });
    assert_eq!(shown, 1, "{name}");
}

#[test]
fn everybody_makes_the_same_assertion() {
    let mut contestants = contestants();
    for fresh in Source::default().take(20) {
        contestants.iter_mut().for_each(|contestant| check(contestant, fresh));
    }
}

#[test]
fn ours_allocate_nothing() {
    const CALLS: usize = 100;
    let mut contestants = contestants();
    let mut source = Source::default();
    for Contestant { name, kind, make } in &mut contestants {
        let mut length = 0;
        // The first one may set up what stays.
        make(source.next().unwrap(), &mut |assertion| length = assertion.len());
        let before = ALLOCATIONS.get();
        for _ in 0..CALLS {
            make(source.next().unwrap(), &mut |assertion| length = assertion.len());
        }
        let allocations = ALLOCATIONS.get() - before;
        if matches!(kind, Kind::Ours | Kind::Unsigned) {
            assert_eq!(allocations, 0, "{name}");
        }
        println!("{name}: {} allocations for an assertion of {length} characters", allocations / CALLS);
    }
}
