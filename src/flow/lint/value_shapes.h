// flow/lint/value_shapes.h
//
// What a text in a flow looks like: a phone number, an address, a Region, an account, a secret.
#pragma once

#include <string>
#include <string_view>

namespace flowferry::flow::lint {

bool is_phone_number(std::string_view text);   ///< E.164: "+81312345678".
bool is_email_address(std::string_view text);  ///< All of it: one '@', a dot behind it, no blanks.

/// The first URL of http, https or s3, up to a blank or quote; empty: none. Names of XML
/// vocabularies (www.w3.org) are none.
std::string find_url(std::string_view text);

/// The first AWS Region that stands by itself in `text`, outside of ARNs; empty: none.
std::string find_region(std::string_view text);

/// The first AWS account number in `text`, outside of ARNs: `own` anywhere between other characters
/// than digits and letters, or 12 digits behind a slash of an amazonaws.com address. Empty: none.
std::string find_account(std::string_view text, std::string_view own);

/// What secret the value of member `name` is: "a private key", "an access key", "a password"; or
/// empty.
std::string_view secret_in(std::string_view name, std::string_view value);

}  // namespace flowferry::flow::lint
