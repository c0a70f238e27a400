//! Functions of any arguments, as functions of numbers: JavaScript has only those, and WebAssembly converts them alike.

use crate::lif::ResidualKind;

pub trait FromNumber {
    fn from_number(number: f64) -> Self;
}

pub trait IntoNumber {
    fn into_number(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl FromNumber for $kind {
            fn from_number(number: f64) -> Self {
                number as $kind
            }
        }
        impl IntoNumber for $kind {
            fn into_number(self) -> f64 {
                self as f64
            }
        })*
    };
}

numbers!(usize, u32, i32, f32, f64);

impl FromNumber for bool {
    fn from_number(number: f64) -> Self {
        number != 0.0
    }
}

impl IntoNumber for bool {
    fn into_number(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl<T> FromNumber for *const T {
    fn from_number(number: f64) -> Self {
        number as usize as *const T
    }
}

impl<T> FromNumber for *mut T {
    fn from_number(number: f64) -> Self {
        number as usize as *mut T
    }
}

impl FromNumber for ResidualKind {
    fn from_number(number: f64) -> Self {
        match number {
            0.0 => Self::None,
            1.0 => Self::Spikes,
            2.0 => Self::Current,
            _ => panic!("no kind of residual has the number {number}"),
        }
    }
}

impl IntoNumber for () {
    fn into_number(self) -> f64 {
        0.0
    }
}

/// A kernel's sizes, which JavaScript holds as a number. It has no way to say when it lets go; they are small.
pub struct Object<T>(pub T);

impl<T> IntoNumber for Object<T> {
    fn into_number(self) -> f64 {
        Box::into_raw(Box::new(self.0)) as usize as f64
    }
}

/// Something that can be called with as many numbers as it has arguments.
pub trait Function<Arguments> {
    fn call(&self, numbers: &[f64]) -> f64;
}

/// The same for a method: the first number is an object's.
pub trait Method<T, Arguments> {
    fn call(&self, numbers: &[f64]) -> f64;
}

fn check(found: usize, names: &[&str]) {
    assert!(found == names.len(), "{found} arguments for a function of {}", names.len());
}

macro_rules! functions {
    ($($argument:ident)*) => {
        #[allow(unused_mut, unused_variables)]
        impl<F, R: IntoNumber, $($argument: FromNumber),*> Function<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> R,
        {
            fn call(&self, numbers: &[f64]) -> f64 {
                check(numbers.len(), &[$(stringify!($argument)),*]);
                let mut rest = numbers.iter();
                self($($argument::from_number(*rest.next().expect("counted"))),*).into_number()
            }
        }

        #[allow(unused_mut, unused_variables)]
        impl<F, T, R: IntoNumber, $($argument: FromNumber),*> Method<T, ($($argument,)*)> for F
        where
            F: Fn(&T, $($argument),*) -> R,
        {
            fn call(&self, numbers: &[f64]) -> f64 {
                check(numbers.len(), &["self", $(stringify!($argument)),*]);
                let mut rest = numbers.iter();
                let object = <*const T>::from_number(*rest.next().expect("counted"));
                self(unsafe { &*object }, $($argument::from_number(*rest.next().expect("counted"))),*).into_number()
            }
        }
    };
}

functions!();
functions!(A);
functions!(A B);
functions!(A B C);
functions!(A B C D);
functions!(A B C D E);
functions!(A B C D E G);
functions!(A B C D E G H);
functions!(A B C D E G H I);
functions!(A B C D E G H I J);
functions!(A B C D E G H I J K);
functions!(A B C D E G H I J K L);
functions!(A B C D E G H I J K L M);
functions!(A B C D E G H I J K L M N);
functions!(A B C D E G H I J K L M N O);
