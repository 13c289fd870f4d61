#pragma once
// The actor of one SKU at one seller. Besides plain commands it prepares changes that commit
// together with those of other entities: a checkout, a cancellation, a reservation of many SKUs.

#include <memory>
#include <variant>
#include <vector>

#include "actors/entity_actor.hpp"
#include "actors/prepared.hpp"
#include "actors/state_fields.hpp"
#include "domain/stock.hpp"
#include "protocol/tenant_key.hpp"

namespace souk {

struct StockEntity {
    using Key = OfTenant<StockKey>;
    using State = Stock;
    using View = StockView;
    static constexpr const char* name = "stock";
    static constexpr auto kind = EntityKind::stock;
    static std::string key_text(const Key& key) {
        return tenant_key_text(key.tenant, stock_key_text(key.id));
    }
    static std::optional<Key> parse_key(std::string_view text) {
        return parse_tenant_key<StockKey>(text, parse_stock_key);
    }

    static std::shared_ptr<const View> view_of(const std::shared_ptr<const State>& state);
    /// Null when the change is not about this SKU.
    static std::shared_ptr<const View> next_view(const Key& key,
                                                 const std::shared_ptr<const View>& view,
                                                 const ChangeSet& change);
};

using StockLife = Life<StockEntity>;
using StockRegistry = Registry<StockEntity>;

/// Units taken or given back. What frees units puts them up for sale only once it is handed over.
class PreparedStock final : public Prepared {
public:
    PreparedStock(std::shared_ptr<StockLife> life, StockChange change, MessageRecordPtr record);
    ~PreparedStock() override;
    void hand_over(ChangeSet& change, std::vector<ActivationPtr>& participants) override;

private:
    std::shared_ptr<StockLife> life_;
    StockChange change_;
    bool handed_over_{false};
};

/// Commands of several SKUs of one tenant, to be prepared together for one request.
using StockCommands = std::vector<std::pair<StockKey, StockCommand>>;
std::vector<JointPart> parts_of(StockRegistry& registry, const TenantId& tenant,
                                StockCommands commands, const std::string& request_id);

struct PrepareStock {
    StockCommand command;
    std::string request_id;
    Promise<Result<PreparedPtr>> prepared;
};
struct RevertStock {
    StockChange change;
};
/// A prepared change that freed units is on its way to disk: they are for sale now.
struct ReleaseFreed {
    std::int64_t units{};
};

class StockLetter : public LetterBody {
public:
    using Mail = std::variant<Ask<AdjustStock, StockView>, Ask<ReserveMany, Reservation>,
                              PrepareStock, RevertStock, ReleaseFreed, Read<StockView>>;
    explicit StockLetter(Mail content);
    void refuse(const Error& error) override;
    std::string_view what() const override;
    std::string_view request_id() const override;
    bool starts_work() const override { return !std::holds_alternative<PrepareStock>(mail); }
    /// To take units for a checkout goes on while the server drains, not while stock is paused.
    bool ends_work() const override {
        const auto* prepare = std::get_if<PrepareStock>(&mail);
        return prepare != nullptr && !std::holds_alternative<ReserveStock>(prepare->command);
    }
    Mail mail;
};

class StockActor : public EntityActor<StockEntity> {
public:
    using EntityActor::EntityActor;

private:
    void adopt(std::shared_ptr<const Stock> state) override;
    void handle(LetterBody& body) override;
    std::vector<StateField> describe() const override { return state_fields(stock_); }

    void receive(Ask<AdjustStock, StockView>& ask);
    void receive(Ask<ReserveMany, Reservation>& ask);
    void receive(PrepareStock& prepare);
    void receive(RevertStock& revert);
    void receive(ReleaseFreed& release);
    void receive(Read<StockView>& read);
    Result<StockChange> decide_and_apply(const StockCommand& command);

    Stock stock_;
};

}  // namespace souk
