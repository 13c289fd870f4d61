#pragma once
// Card numbers must never enter the system (PCI DSS, SAQ A): text that looks like one is refused
// before it is stored or logged.

#include <string_view>

namespace souk {

/// Does a text look like a payment card's number? Digits may be grouped by single spaces or dashes.
/// Yes in two cases only, so that ids, phone numbers and order numbers pass:
/// - the whole text (blanks around it aside) is 13 to 19 digits that pass Luhn's check;
/// - somewhere in it stands such a number by itself, without letters, digits, '_' or '+' next to
///   it, that also begins with the prefix and has a length of a known issuer.
/// One in ten other numbers of that shape passes Luhn's check too; that is the price.
bool looks_like_card_number(std::string_view text);

}  // namespace souk
