//! The exports of the WebAssembly file. Objects are addresses.

use crate::parse::{Class, Function, Module, Receiver, symbol};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

pub fn exports(module: &Module) -> TokenStream {
    let (file, inside) = (&module.ident, format_ident!("{}_exports", module.ident));
    let functions = module.functions.iter().map(|function| {
        let ident = &function.ident;
        export(function, &quote! {}, &quote! {}, &quote! { crate::#file::#ident })
    });
    let classes = module.classes.iter().map(of_class);
    quote! {
        #[cfg(target_family = "wasm")]
        mod #inside {
            #[allow(unused_imports)]
            use crate::{#file::*, number::{Argument, Outcome}};
            #(#functions)*
            #(#classes)*
        }
    }
}

fn of_class(class: &Class) -> TokenStream {
    let ident = &class.ident;
    let methods = class.methods.iter().map(|method| {
        let name = &method.ident;
        let (this, object) = match method.receiver {
            Receiver::Mutable => (quote! { this: *mut #ident, }, quote! { unsafe { &mut *this }, }),
            _ => (quote! { this: *const #ident, }, quote! { unsafe { &*this }, }),
        };
        export(method, &this, &object, &quote! { #ident::#name })
    });
    let constructor = export(&class.constructor, &quote! {}, &quote! {}, &quote! { #ident::new });
    let (free, symbol) = (format_ident!("{}_free", ident.to_string().to_lowercase()), symbol(ident, "free"));
    quote! {
        #constructor
        #(#methods)*

        #[unsafe(export_name = #symbol)]
        extern "C" fn #free(this: *mut #ident) {
            drop(unsafe { Box::from_raw(this) });
        }
    }
}

fn export(function: &Function, this: &TokenStream, object: &TokenStream, path: &TokenStream) -> TokenStream {
    let symbol = &function.symbol;
    let wrapper = format_ident!("{symbol}");
    let (names, types): (Vec<_>, Vec<_>) = function.arguments.iter().cloned().unzip();
    let result = function.result_type();
    let call = quote! { #path(#object #(<#types as Argument>::from_raw(#names)),*) };
    let call = function.boxed(call);
    quote! {
        #[unsafe(export_name = #symbol)]
        #[allow(non_snake_case)]
        extern "C" fn #wrapper(#this #(#names: <#types as Argument>::Raw),*) -> <#result as Outcome>::Raw {
            Outcome::into_raw(#call)
        }
    }
}
