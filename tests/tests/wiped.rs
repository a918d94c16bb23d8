//! The key is gone from the memory that held it once its owner is dropped.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used)]

use core::mem::ManuallyDrop;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use jurat_core::{CombSigner, HostSigner, SoftwareSigner, import_key};

/// The bytes of a value, padding and what its type does not show included: the system reads them.
fn bytes_of<T>(place: &T) -> Vec<u8> {
    let mut bytes = vec![0; size_of::<T>()];
    let address = u64::try_from(core::ptr::from_ref(place).expose_provenance()).unwrap();
    File::open("/proc/self/mem").unwrap().read_exact_at(&mut bytes, address).unwrap();
    bytes
}

/// How often eight bytes of the key in a row stand anywhere in there, in either order: a limb is a part of the key, too.
fn parts_of_the_key(memory: &[u8], key: &[u8; 32]) -> usize {
    let mut reversed = *key;
    reversed.reverse();
    let is_part = |part: &&[u8]| key.windows(8).chain(reversed.windows(8)).any(|of_key| of_key == *part);
    memory.windows(8).filter(is_part).count()
}

/// Has `make` hold the key in a box, drops what is in it, and looks before and after.
fn is_wiped<T>(make: impl FnOnce(&[u8; 32]) -> T) {
    let key: [u8; 32] = core::array::from_fn(|index| b'A'.wrapping_add(u8::try_from(index).unwrap()));
    let mut owner = Box::new(ManuallyDrop::new(make(&key)));
    // The whole key in one order: a control for the search.
    assert!(parts_of_the_key(&bytes_of(&*owner), &key) >= 25, "the key is not found where it has to be");
    // SAFETY: dropped once, not used afterwards.
    unsafe { ManuallyDrop::drop(&mut owner) };
    assert_eq!(parts_of_the_key(&bytes_of(&*owner), &key), 0, "parts of the key are left");
}

#[test]
fn a_signer_wipes_its_key() {
    is_wiped(|key| SoftwareSigner::from_scalar(key).unwrap());
    is_wiped(|key| CombSigner::from_scalar(key).unwrap());
}

#[test]
fn a_signer_for_hosts_wipes_both_of_its_keys() {
    is_wiped(|key| HostSigner::from_scalar(key).unwrap());
}

#[test]
fn an_imported_key_is_wiped() {
    is_wiped(|key| import_key(key).unwrap());
}

#[test]
#[should_panic(expected = "parts of the key are left")]
fn what_is_not_wiped_is_found() {
    is_wiped(|key| *key);
}
