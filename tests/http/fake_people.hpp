#pragma once
// Services about people that no test of http asks anything.

#include "protocol/buyers.hpp"
#include "protocol/people.hpp"
#include "protocol/personal_data.hpp"

namespace souk {

class UnusedPeople final : public People {
    void list(PeopleQuery, Promise<Result<PeoplePage>>) override {}
    void show(TenantId, UserId, Promise<Result<User>>) override {}
    void change(ManagedBy, UserId, PersonChange, Promise<Result<User>>) override {}
    void move(ManagedBy, UserId, AccountMove, std::string, Promise<Result<User>>) override {}
};
class UnusedAddresses final : public AddressBooks {
    using Owner = OfTenant<UserId>;
    void list(const Owner&, Promise<Result<AddressBook>>) override {}
    void add(const Owner&, AddressChange, Changed) override {}
    void change(const Owner&, AddressId, AddressChange, Changed) override {}
    void drop(const Owner&, AddressId, std::optional<Version>, Promise<Result<void>>) override {}
};
class UnusedCustomers final : public Customers {
    void put(Customer, Promise<Result<Customer>>) override {}
    void show(TenantId, CustomerId, std::optional<UserId>, Promise<Result<CustomerView>>) override {
    }
};
/// People who have bought nothing yet.
class NewBuyers final : public Buyers {
    void last_cart(const OfTenant<UserId>&, Promise<Result<std::optional<CartId>>> found) override {
        found(std::optional<CartId>{});
    }
    void orders(const OfTenant<UserId>&, PageQuery, Promise<Result<OrderPage>> page) override {
        page(OrderPage{});
    }
    void owner(const OfTenant<CustomerId>&, Promise<Result<std::optional<UserId>>> found) override {
        found(refuse(ErrorCode::not_found, "no such customer"));
    }
};
class UnusedKeyDesk final : public KeyDesk {
    void list(KeyRights, PageQuery, Promise<Result<KeyPage>>) override {}
    void make(KeyKeeper, KeySettings, Promise<Result<MadeKey>>) override {}
    void revoke(KeyKeeper, ApiKeyId, Promise<Result<void>>) override {}
    void rotate(KeyKeeper, ApiKeyId, Duration, Promise<Result<MadeKey>>) override {}
};
class UnusedAudit final : public AuditTrail {
    void list(AuditFind, Promise<Result<AuditPage>>) override {}
};

class UnusedPersonalData final : public PersonalData {
    void gather(SignedIn, Promise<Result<std::string>>) override {}
    void erase(SignedIn, std::string, Device, Promise<Result<void>>) override {}
    void erase_person(ManagedBy, UserId, std::string, Promise<Result<void>>) override {}
};

struct UnusedPeopleServices {
    UnusedPeople people;
    UnusedAddresses addresses;
    UnusedCustomers customers;
    NewBuyers buyers;
    UnusedKeyDesk key_desk;
    UnusedAudit audit;
    UnusedPersonalData personal_data;
};

}  // namespace souk
