//! The key is gone from the memory that held it once its owner is dropped.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used)]

use core::mem::ManuallyDrop;
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use jurat_core::{CombSigner, HostSigner, SoftwareSigner, import_key};

/// All of a value, padding and what its type does not show included.
fn whole<T>(value: &T) -> *const [u8] {
    core::ptr::slice_from_raw_parts(core::ptr::from_ref(value).cast(), size_of::<T>())
}

/// The bytes of a place, which the system reads: not all of them have to be initialised.
fn bytes_of(place: *const [u8]) -> Vec<u8> {
    let mut bytes = vec![0; place.len()];
    let address = u64::try_from(place.cast::<u8>().expose_provenance()).unwrap();
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

/// Has `make` hold the key in a box, drops what is in it, and looks before and after: at all of it for parts of the key, and
/// at the part that `zeroed` names for anything but zeros.
fn is_wiped<T>(make: impl FnOnce(&[u8; 32]) -> T, zeroed: impl FnOnce(&T) -> *const [u8]) {
    let key: [u8; 32] = core::array::from_fn(|index| b'A'.wrapping_add(u8::try_from(index).unwrap()));
    let mut owner = Box::new(ManuallyDrop::new(make(&key)));
    let (all, zeroed) = (whole::<T>(&owner), zeroed(&owner));
    // The whole key in one order: a control for the search.
    assert!(parts_of_the_key(&bytes_of(all), &key) >= 25, "the key is not found where it has to be");
    // SAFETY: dropped once, not used afterwards.
    unsafe { ManuallyDrop::drop(&mut owner) };
    assert_eq!(parts_of_the_key(&bytes_of(all), &key), 0, "parts of the key are left");
    assert!(bytes_of(zeroed).iter().all(|byte| *byte == 0));
}

#[test]
fn a_signer_wipes_its_key() {
    is_wiped(|key| SoftwareSigner::from_scalar(key).unwrap(), whole);
    is_wiped(|key| CombSigner::from_scalar(key).unwrap(), whole);
}

#[test]
fn a_signer_for_hosts_wipes_both_of_its_keys() {
    is_wiped(|key| HostSigner::from_scalar(key).unwrap(), |signer| whole(signer.software()));
}

#[test]
fn an_imported_key_is_wiped() {
    is_wiped(|key| import_key(key).unwrap(), |key| whole(key.scalar()));
}

#[test]
#[should_panic(expected = "parts of the key are left")]
fn what_is_not_wiped_is_found() {
    is_wiped(|key| *key, whole);
}
