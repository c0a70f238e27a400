//! How values cross the door. WebAssembly takes the numbers of its own types, a native host's are all JavaScript's; both
//! convert alike.

#![allow(dead_code)] // Each host uses one of the two forms.

/// Something that an export takes.
pub trait Argument {
    /// As WebAssembly takes it.
    type Raw;
    fn from_raw(raw: Self::Raw) -> Self;
    fn from_number(number: f64) -> Self;
}

/// Something that an export gives.
pub trait Outcome {
    type Raw;
    fn into_raw(self) -> Self::Raw;
    fn into_number(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl Argument for $kind {
            type Raw = Self;

            fn from_raw(raw: Self) -> Self {
                raw
            }

            fn from_number(number: f64) -> Self {
                number as Self
            }
        }

        impl Outcome for $kind {
            type Raw = Self;

            fn into_raw(self) -> Self {
                self
            }

            fn into_number(self) -> f64 {
                self as f64
            }
        })*
    };
}

numbers!(usize, u32, i32, f32, f64);

macro_rules! addresses {
    ($($kind:ty),*) => {
        $(impl<T> Argument for $kind {
            type Raw = Self;

            fn from_raw(raw: Self) -> Self {
                raw
            }

            fn from_number(number: f64) -> Self {
                number as usize as Self
            }
        })*
    };
}

addresses!(*const T, *mut T);

impl Argument for bool {
    type Raw = u32;

    fn from_raw(raw: u32) -> Self {
        raw != 0
    }

    fn from_number(number: f64) -> Self {
        number != 0.0
    }
}

impl Outcome for bool {
    type Raw = u32;

    fn into_raw(self) -> u32 {
        self.into()
    }

    fn into_number(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl Outcome for () {
    type Raw = ();

    fn into_raw(self) {}

    fn into_number(self) -> f64 {
        0.0
    }
}

/// An object: hosts hold its address, and free it.
impl<T> Outcome for Box<T> {
    type Raw = *mut T;

    fn into_raw(self) -> *mut T {
        Box::into_raw(self)
    }

    fn into_number(self) -> f64 {
        Box::into_raw(self).addr() as f64
    }
}
