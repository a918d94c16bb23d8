//! The key is gone from the memory that held it once the signer is dropped.
#![allow(missing_docs, clippy::unwrap_used)]

use core::mem::{ManuallyDrop, MaybeUninit};

use jurat_core::SoftwareSigner;

/// Whether the bytes of the key stand anywhere in there, in either order.
fn holds(memory: &[u8], key: &[u8; 32]) -> bool {
    let mut reversed = *key;
    reversed.reverse();
    memory.windows(32).any(|window| window == key || window == reversed)
}

#[test]
fn the_key_is_wiped_on_drop() {
    let key: [u8; 32] = core::array::from_fn(|index| 0x41 + u8::try_from(index).unwrap());
    let mut signer = Box::new(ManuallyDrop::new(SoftwareSigner::from_scalar(&key).unwrap()));
    let place = (&raw const *signer).cast::<MaybeUninit<u8>>();
    let size = size_of::<SoftwareSigner>();
    let look = || -> Vec<u8> {
        // SAFETY: `size` bytes of the box, which outlives both looks.
        let bytes = unsafe { core::slice::from_raw_parts(place, size) };
        // SAFETY: a signer is one array of words, without padding that had never been written.
        bytes.iter().map(|byte| unsafe { byte.assume_init() }).collect()
    };
    // Limbs of 64 bits, the lowest first, are the key in reverse on a little-endian host: a control for the search.
    assert!(holds(&look(), &key));
    // SAFETY: dropped once, not used afterwards.
    unsafe { ManuallyDrop::drop(&mut signer) };
    assert!(!holds(&look(), &key));
    assert!(look().iter().all(|byte| *byte == 0));
}
