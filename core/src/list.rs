//! Lists of the caller's.

/// Where entries come from that are made one by one: a closure, or a type of the caller's.
///
/// It is asked more than once and must give the same each time.
pub trait Entries<T>: Sync {
    /// The entry with this index, from 0 until `None`.
    fn entry(&self, index: usize) -> Option<T>;
}

impl<T, F: Fn(usize) -> Option<T> + Sync> Entries<T> for F {
    fn entry(&self, index: usize) -> Option<T> {
        self(index)
    }
}

/// Entries that the caller has as a slice, or makes one by one: C has structs of its own, and there is no heap to convert
/// them into.
pub(crate) enum List<'a, T> {
    Slice(&'a [T]),
    Made(&'a dyn Entries<T>),
}

impl<'a, T> Clone for List<'a, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<'a, T> Copy for List<'a, T> {}

impl<'a, T: Copy> List<'a, T> {
    fn get(&self, index: usize) -> Option<T> {
        match self {
            Self::Slice(entries) => entries.get(index).copied(),
            Self::Made(make) => make.entry(index),
        }
    }

    /// The entries from this one on.
    pub(crate) fn from(self, first: usize) -> impl Iterator<Item = T> {
        (first..).map_while(move |index| self.get(index))
    }
}
