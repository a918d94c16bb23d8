//! The key is gone from the memory that held it once its owner is dropped.
#![allow(missing_docs, clippy::unwrap_used)]

use core::mem::ManuallyDrop;

use jurat_core::{CombSigner, SoftwareSigner, import_key};

/// Whether the bytes of the key stand anywhere in there, in either order.
fn holds(memory: &[u8], key: &[u8; 32]) -> bool {
    let mut reversed = *key;
    reversed.reverse();
    memory.windows(32).any(|window| window == key || window == reversed)
}

/// Has `make` hold the key in a box, drops what is in it, and looks before and after at the part that `bytes` names.
fn is_wiped<T>(make: impl FnOnce(&[u8; 32]) -> T, bytes: impl FnOnce(&T) -> *const [u8]) {
    let key: [u8; 32] = core::array::from_fn(|index| b'A'.wrapping_add(u8::try_from(index).unwrap()));
    let mut owner = Box::new(ManuallyDrop::new(make(&key)));
    let place = bytes(&owner);
    // SAFETY: initialised bytes inside of the box, which outlives both looks.
    let look = || unsafe { &*place }.to_vec();
    // Limbs of 64 bits, the lowest first, are the key in reverse on a little-endian host: a control for the search.
    assert!(holds(&look(), &key));
    // SAFETY: dropped once, not used afterwards.
    unsafe { ManuallyDrop::drop(&mut owner) };
    assert!(look().iter().all(|byte| *byte == 0));
}

/// Each of these signers is one array: all of it is initialised.
fn whole<S>(signer: &S) -> *const [u8] {
    core::ptr::slice_from_raw_parts((&raw const *signer).cast(), size_of::<S>())
}

#[test]
fn a_signer_wipes_its_key() {
    is_wiped(|key| SoftwareSigner::from_scalar(key).unwrap(), whole);
    is_wiped(|key| CombSigner::from_scalar(key).unwrap(), whole);
}

#[test]
fn an_imported_key_is_wiped() {
    is_wiped(|key| import_key(key).unwrap(), |key| &raw const key.scalar()[..]);
}
