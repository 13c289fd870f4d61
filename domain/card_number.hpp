#pragma once
// Card numbers must never enter the system (PCI DSS, SAQ A): text that looks like one is refused
// before it is stored or logged.

#include <string_view>

namespace souk {

// Digits are those of any script. Groups of them count as one number over any run of blanks, dashes
// of all kinds, dots, slashes and underscores. One in ten numbers of a card's shape that are none
// passes Luhn's check too; that is the price.

/// Does somewhere in a text stand a number by itself, without letters, digits or '+' next to it,
/// that passes Luhn's check and has the prefix and a length of a known issuer? A number behind a
/// '+' counts when it is too long for a phone's, or as `phone_is_card_number` says. A UUID is none.
bool holds_issued_card_number(std::string_view text);

/// The same, or the whole text (blanks around it aside) is 13 to 19 digits that pass Luhn's check.
bool looks_like_card_number(std::string_view text);

/// For gateways' tokens, which have no business with numbers: as `looks_like_card_number`, but also
/// between letters and within longer numbers, and any run of 13 to 19 digits that passes the check.
bool token_holds_card_number(std::string_view text);

/// For what is to be a phone's number. Yes for 14 or 15 digits that pass Luhn's check and begin as
/// American Express, Diners Club or Maestro numbers do: no country behind those prefixes has phone
/// numbers that long. Visa's prefix is left out, since Austrian ones may be, and so are 13 digits,
/// which German mobile phones have and no card does that is issued today.
bool phone_is_card_number(std::string_view text);

}  // namespace souk
